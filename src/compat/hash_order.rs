//! The order in which Java's hash sets list texts: answers of the reference show it where it lists without sorting.

/// Buckets of a new set; doubled when more than three quarters of them would be in use.
const BUCKETS_MIN: usize = 16;

/// Sorts distinct texts, given in the order of their insertion, as a `HashSet<String>` lists them.
pub(super) fn as_in_a_hash_set(texts: &mut [String]) {
    let mut buckets = BUCKETS_MIN;
    while texts.len() > buckets / 4 * 3 {
        buckets *= 2;
    }
    // Stable: within a bucket the first that came stands first.
    texts.sort_by_key(|text| spread_hash(text) as usize & (buckets - 1));
}

/// `String.hashCode`, its upper half mixed into the lower one.
fn spread_hash(text: &str) -> u32 {
    let hash = text.encode_utf16().fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(unit.into()));
    hash ^ hash >> 16
}

#[cfg(test)]
mod tests {
    use super::as_in_a_hash_set;

    #[test]
    fn texts_stand_in_the_order_of_their_buckets() {
        // hashCode and bucket: "ssn" 114190, 15; "email" 96619420, 14; "zip" 120609, 0; "Aa" and "BB" 2112, 0.
        let mut texts = ["ssn", "email", "BB", "zip", "Aa"].map(str::to_owned);
        as_in_a_hash_set(&mut texts);
        assert_eq!(texts, ["BB", "zip", "Aa", "email", "ssn"]);
    }

    #[test]
    fn a_thirteenth_text_doubles_the_buckets() {
        // One-letter texts hash to their code: "a" is 97, bucket 1 of both 16 and 32, "p" is 112, bucket 0 of 16.
        let mut twelve: Vec<String> = ('e'..='p').map(String::from).collect();
        as_in_a_hash_set(&mut twelve);
        assert_eq!(twelve.concat(), "pefghijklmno");
        let mut thirteen: Vec<String> = ('d'..='p').map(String::from).collect();
        as_in_a_hash_set(&mut thirteen);
        assert_eq!(thirteen.concat(), "defghijklmnop");
    }
}
