package io.quipu.common.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.quantity.Decimals;
import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import io.quipu.common.usage.Keys;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * The one JSON configuration. Members are {@code snake_case} in the order of the record's components; nulls are left out
 * (but of what is written as an array); numbers are exact decimals in plain digits, never through a {@code double}. In a document
 * from outside a member named twice is an error; in our own, which are written by this class, nobody looks for one.
 */
public final class Json {

    /** How deep a document may nest. */
    public static final int MAX_DEPTH = 64;

    private static final JsonMapper MAPPER = mapper();
    private static final JsonMapper STRICT = MAPPER.rebuild().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private Json() {
    }

    /** The mapper for what Quipu wrote itself. Thread-safe. */
    public static JsonMapper shared() {
        return MAPPER;
    }

    /** The mapper for what comes from outside. Thread-safe. */
    public static JsonMapper strict() {
        return STRICT;
    }

    /** A document as bytes. */
    public static byte[] write(Object document) {
        return MAPPER.writeValueAsBytes(document);
    }

    /**
     * A document from bytes that Quipu wrote.
     *
     * @throws JacksonException when they are not such a document
     */
    public static <T> T read(byte[] content, Class<T> type) {
        return MAPPER.readValue(content, type);
    }

    /** The id of a plan version: the hash of its JSON. */
    public static String id(PlanVersion plan) {
        return Keys.hash(write(plan));
    }

    private static JsonMapper mapper() {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNumberLength(Decimals.MAX_TEXT_LENGTH * 2)
                        .maxNestingDepth(MAX_DEPTH)
                        .build())
                .build();
        SimpleModule module = new SimpleModule("quipu")
                .addSerializer(BigDecimal.class, new PlainNumbers())
                .addSerializer(Value.class, new ValueWriter())
                .addDeserializer(Value.class, new ValueReader())
                .addSerializer(Window.class, new WindowWriter())
                .addDeserializer(Window.class, new WindowReader());
        return JsonMapper.builder(factory)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .changeDefaultPropertyInclusion(inclusion -> inclusion
                        .withValueInclusion(JsonInclude.Include.NON_NULL))
                .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .addModules(module, new RecordModule())
                .build();
    }

    /** A tree as a value: what a stored state, or a formula's quantity, is. */
    public static Value value(JsonNode node) {
        if (node.isNumber()) {
            return Value.of(node.decimalValue());
        }
        if (node.isString()) {
            return new Value.Text(node.stringValue());
        }
        if (node.isBoolean()) {
            return new Value.Flag(node.booleanValue());
        }
        if (node.isArray()) {
            List<Value> elements = new ArrayList<>();
            node.forEach(element -> elements.add(value(element)));
            return new Value.Sequence(elements);
        }
        if (node.isObject()) {
            TreeMap<String, Value> members = new TreeMap<>();
            node.forEachEntry((name, member) -> members.put(name, value(member)));
            return new Value.Structure(members);
        }
        return new Value.Nothing();
    }

    /** The value on whose first token the parser stands; null for JSON's null. */
    public static Value value(JsonParser json) {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        return json.currentToken().isNumeric() ? Value.of(json.getDecimalValue()) : value(json.<JsonNode>readValueAsTree());
    }

    /** Writes a number as it stands in every document: in plain digits, without trailing zeros. */
    public static void writeNumber(JsonGenerator json, BigDecimal number) {
        String fraction = Decimals.fraction(number);
        if (fraction != null) {
            json.writeNumber(fraction);
            return;
        }
        BigDecimal normal = Decimals.normalize(number);
        if (normal.scale() <= 0 && normal.precision() - normal.scale() <= 18) {
            json.writeNumber(normal.longValueExact());
        } else {
            json.writeNumber(normal.toPlainString());
        }
    }

    /** Writes a value; null as JSON's null. */
    public static void writeValue(JsonGenerator json, Value value) {
        if (value instanceof Value.Numeric numeric) {
            writeNumber(json, numeric.number());
        } else if (value instanceof Value.Text text) {
            json.writeString(text.text());
        } else if (value instanceof Value.Flag flag) {
            json.writeBoolean(flag.on());
        } else if (value instanceof Value.Sequence sequence) {
            json.writeStartArray();
            sequence.elements().forEach(element -> writeValue(json, element));
            json.writeEndArray();
        } else if (value instanceof Value.Structure structure) {
            json.writeStartObject();
            for (Map.Entry<String, Value> member : structure.members().entrySet()) {
                json.writeName(member.getKey());
                writeValue(json, member.getValue());
            }
            json.writeEndObject();
        } else {
            json.writeNull();
        }
    }

    private static final class PlainNumbers extends ValueSerializer<BigDecimal> {
        @Override
        public void serialize(BigDecimal number, JsonGenerator json, SerializationContext context) {
            writeNumber(json, number);
        }
    }

    private static final class ValueWriter extends ValueSerializer<Value> {
        @Override
        public void serialize(Value value, JsonGenerator json, SerializationContext context) {
            writeValue(json, value);
        }
    }

    private static final class ValueReader extends ValueDeserializer<Value> {
        @Override
        public Value deserialize(JsonParser parser, DeserializationContext context) {
            return value(parser);
        }

        @Override
        public Value getNullValue(DeserializationContext context) {
            return null;
        }
    }

    private static final class WindowWriter extends ValueSerializer<Window> {
        @Override
        public void serialize(Window window, JsonGenerator json, SerializationContext context) {
            json.writeString(window.id());
        }
    }

    private static final class WindowReader extends ValueDeserializer<Window> {
        @Override
        public Window deserialize(JsonParser parser, DeserializationContext context) {
            return Window.parse(parser.getString());
        }
    }
}
