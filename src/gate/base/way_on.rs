//! What whoever runs the gate can do about a registry that gave no usable answer.

use crate::client::{ClientError, Trouble};

/// The error in one line, with the way on where there is one.
pub(super) fn told(error: &ClientError) -> String {
    format!("{error}{}", way_on(&error.trouble))
}

fn way_on(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::Unreachable(_) => "; check the address, and that it is up",
        Trouble::Broken(_) => "; run the check again",
        Trouble::Tls(_) => {
            "; with a certificate of your own authority set SSL_CERT_FILE to its file, and without encryption write http://"
        }
        Trouble::TooSlow(_) => "; run the check again when it is less busy",
        Trouble::Unauthorized { had_credentials: false } => {
            "; set SLUICEGATE_USERNAME and SLUICEGATE_PASSWORD, or SLUICEGATE_TOKEN"
        }
        Trouble::Unauthorized { had_credentials: true } => {
            "; check SLUICEGATE_USERNAME and SLUICEGATE_PASSWORD, SLUICEGATE_TOKEN, or what stands before the @ of its \
             address"
        }
        Trouble::Forbidden { .. } => {
            "; ask for read access, or set SLUICEGATE_USERNAME and SLUICEGATE_PASSWORD of somebody who has it"
        }
        Trouble::Refused { status: 404, .. } => "",
        Trouble::Refused { .. } => "; run the check again, or ask who runs the registry",
        Trouble::Rejected { .. }
        | Trouble::Redirected { .. }
        | Trouble::Unresolvable { .. }
        | Trouble::Unclassified { .. }
        | Trouble::Garbage { .. }
        | Trouble::TooLarge { .. } => "",
    }
}
