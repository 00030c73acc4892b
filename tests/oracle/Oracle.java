import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Type;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;
import org.apache.avro.SchemaNormalization;

/**
 * Answers questions about Avro schemas with Avro Java itself, driven the way Confluent's registry drives it.
 *
 * <p>One JSON object per line in, one per line out. {@code {"reader": text, "writer": text}} asks whether the one reads
 * what the other wrote; {@code {"text": text, "references": [text, ...]}} asks what becomes of a schema text.
 */
public final class Oracle {
  private static final ObjectMapper JSON = new ObjectMapper();

  private enum Strictness { NEW, STORED }

  public static void main(String[] arguments) throws InterruptedException {
    // Deep texts are part of the question, so the stack is wide.
    Thread thread = new Thread(null, Oracle::answerAll, "oracle", 512L << 20);
    thread.start();
    thread.join();
  }

  private static void answerAll() {
    registerLogicalTypes();
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.isEmpty()) {
          out.flush(); // an empty line says: I wait for what I asked
          continue;
        }
        JsonNode question = JSON.readTree(line);
        ObjectNode answer = question.has("reader") ? answerPair(question) : answerText(question);
        out.println(JSON.writeValueAsString(answer));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } finally {
      out.flush();
    }
  }

  private static ObjectNode answerPair(JsonNode question) {
    ObjectNode answer = JSON.createObjectNode();
    Schema reader;
    Schema writer;
    try {
      reader = parse(question.get("reader").textValue(), List.of(), Strictness.STORED, null);
      writer = parse(question.get("writer").textValue(), List.of(), Strictness.STORED, null);
    } catch (Exception | StackOverflowError e) {
      return answer.put("invalid", words(e));
    }
    try {
      answer.put("same", reader.equals(writer) && areOne(reader, writer, new HashSet<>()));
      var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
      ArrayNode list = answer.putArray("incompatibilities");
      for (Incompatibility found : result.getIncompatibilities()) {
        list.addObject()
            .put("type", found.getType().name())
            .put("location", found.getLocation())
            .put("message", found.getMessage());
      }
    } catch (Exception | StackOverflowError e) {
      answer.put("throws", words(e));
    }
    return answer;
  }

  private static ObjectNode answerText(JsonNode question) {
    String text = question.get("text").textValue();
    List<String> references = new ArrayList<>();
    question.path("references").forEach(reference -> references.add(reference.textValue()));
    ObjectNode answer = JSON.createObjectNode();
    for (Strictness strictness : Strictness.values()) {
      String prefix = strictness == Strictness.NEW ? "new" : "stored";
      try {
        List<Schema> known = new ArrayList<>();
        Schema schema = parse(text, references, strictness, known);
        @SuppressWarnings("deprecation") // the registry prints with it, too
        String canonical = schema.toString(known, false);
        answer.put(prefix + "Text", canonical);
        if (strictness == Strictness.STORED) {
          describe(schema, answer);
        }
      } catch (Exception | StackOverflowError e) {
        answer.put(prefix + "Error", words(e));
      }
    }
    return answer;
  }

  private static void describe(Schema schema, ObjectNode answer) throws Exception {
    String form = SchemaNormalization.toParsingForm(schema);
    answer.put("resolved", schema.toString());
    answer.put("parsingForm", form);
    answer.put("crc64", String.format("%016x", SchemaNormalization.parsingFingerprint64(schema)));
    answer.put("md5", digest("MD5", form));
    answer.put("sha256", digest("SHA-256", form));
  }

  private static Schema parse(String text, List<String> references, Strictness strictness, List<Schema> known) {
    boolean isNew = strictness == Strictness.NEW;
    Schema.Parser parser =
        new Schema.Parser(isNew ? NameValidator.STRICT_VALIDATOR : NameValidator.NO_VALIDATION)
            .setValidateDefaults(isNew);
    for (String reference : references) {
      known.add(parser.parse(reference));
    }
    Schema schema = parser.parse(text);
    if (!isNew) {
      requireLenientNames(schema, Collections.newSetFromMap(new IdentityHashMap<>()));
    }
    return schema;
  }

  /** What the registry asks of a stored schema after its parse: simple names only, parents first. */
  private static void requireLenientNames(Schema schema, Set<Schema> visited) {
    boolean isNamed = EnumSet.of(Type.RECORD, Type.ENUM, Type.FIXED).contains(schema.getType());
    if (!visited.add(schema)) {
      return;
    }
    if (isNamed) {
      requireLenientName(schema.getName());
    }
    switch (schema.getType()) {
      case ENUM -> schema.getEnumSymbols().forEach(Oracle::requireLenientName);
      case ARRAY -> requireLenientNames(schema.getElementType(), visited);
      case MAP -> requireLenientNames(schema.getValueType(), visited);
      case UNION -> schema.getTypes().forEach(branch -> requireLenientNames(branch, visited));
      case RECORD -> schema.getFields().forEach(field -> {
        requireLenientName(field.name());
        requireLenientNames(field.schema(), visited);
      });
      default -> { }
    }
  }

  private static void requireLenientName(String name) {
    var result = NameValidator.UTF_VALIDATOR.validate(name);
    if (!result.isOK()) {
      throw new IllegalArgumentException(result.getErrors());
    }
  }

  /** Whether two schemas are one for lookup: equal to Avro, and equal in what Avro's equality leaves out. */
  private static boolean areOne(Schema left, Schema right, Set<List<Integer>> visited) {
    if (left.getType() != right.getType()) {
      return false;
    }
    List<Integer> pair = List.of(System.identityHashCode(left), System.identityHashCode(right));
    if (left == right || (left.getType() == Type.RECORD && !visited.add(pair))) {
      return true;
    }
    return switch (left.getType()) {
      case ENUM -> sameWords(left, right) && Objects.equals(left.getEnumDefault(), right.getEnumDefault());
      case FIXED -> sameWords(left, right);
      case UNION -> sameMembers(left.getTypes(), right.getTypes(), visited);
      case RECORD -> sameWords(left, right) && sameFields(left.getFields(), right.getFields(), visited);
      case ARRAY -> areOne(left.getElementType(), right.getElementType(), visited);
      case MAP -> areOne(left.getValueType(), right.getValueType(), visited);
      default -> true;
    };
  }

  private static boolean sameWords(Schema left, Schema right) {
    return Objects.equals(left.getDoc(), right.getDoc()) && left.getAliases().equals(right.getAliases());
  }

  private static boolean sameMembers(List<Schema> left, List<Schema> right, Set<List<Integer>> visited) {
    return left.size() == right.size()
        && IntStream.range(0, left.size()).allMatch(at -> areOne(left.get(at), right.get(at), visited));
  }

  private static boolean sameFields(List<Schema.Field> left, List<Schema.Field> right, Set<List<Integer>> visited) {
    return left.size() == right.size()
        && IntStream.range(0, left.size()).allMatch(at ->
            left.get(at).aliases().equals(right.get(at).aliases())
                && Objects.equals(left.get(at).doc(), right.get(at).doc())
                && areOne(left.get(at).schema(), right.get(at).schema(), visited));
  }

  /** Confluent's two own logical types, which decide the order in which attributes are printed. */
  private static void registerLogicalTypes() {
    LogicalTypes.register("map", schema -> new Shaped("map", Oracle::isMap));
    LogicalTypes.register("variant", schema -> new Shaped("variant", Oracle::isVariant));
  }

  private static boolean isMap(Schema schema) {
    return schema.getType() == Type.ARRAY
        && schema.getElementType().getType() == Type.RECORD
        && schema.getElementType().getFields().stream().map(Schema.Field::name).toList().equals(List.of("key", "value"));
  }

  private static boolean isVariant(Schema schema) {
    return schema.getType() == Type.RECORD
        && schema.getFields().size() == 2
        && isBytes(schema.getField("metadata"))
        && isBytes(schema.getField("value"));
  }

  private static boolean isBytes(Schema.Field field) {
    return field != null && field.schema().getType() == Type.BYTES;
  }

  private static final class Shaped extends LogicalType {
    private final Predicate<Schema> fits;

    Shaped(String name, Predicate<Schema> fits) {
      super(name);
      this.fits = fits;
    }

    @Override
    public void validate(Schema schema) {
      super.validate(schema);
      if (!fits.test(schema)) {
        throw new IllegalArgumentException(getName() + " does not fit " + schema);
      }
    }
  }

  /** What the client would read; the counter in names of unresolved types differs from run to run. */
  private static String words(Throwable e) {
    String words = e instanceof StackOverflowError ? "StackOverflowError" : String.valueOf(e.getMessage());
    return words.replaceAll("UnresolvedSchema_\\d+", "UnresolvedSchema_<n>");
  }

  private static String digest(String algorithm, String form) throws Exception {
    StringBuilder hex = new StringBuilder();
    for (byte b : MessageDigest.getInstance(algorithm).digest(form.getBytes(StandardCharsets.UTF_8))) {
      hex.append(String.format("%02x", b));
    }
    return hex.toString();
  }
}
