package io.quipu.common.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayInputStream;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class RecordModuleTest {

    private static final JsonMapper PLAIN = JsonMapper.builder().build();
    private static final JsonMapper WITH = PLAIN.rebuild().addModule(new RecordModule()).build();

    private record Part(String name, long number, Integer size, List<Part> parts, Optional<String> note) {

        Part(long number) {
            this("of a number", number, null, null, Optional.empty());
        }

        Part {
            if (number < 0) {
                throw new IllegalArgumentException("number must not be negative");
            }
            if (number == 13) {
                throw new AssertionError("no thirteen");
            }
        }
    }

    private record Names(Integer a, Integer ab, Integer abcd, Integer abcdefgh, Integer abcdefghijkl, Integer abcdefghijkl2,
            Integer abcdefghijklm, Integer abcdefghijklmnop, Integer abcdefghijklmnopq, Integer abcdefghijklmnopqrstuvwxyzabcdefghij) {
    }

    private record Nothing() {
    }

    /** Each has a parser of its own, or ends its buffer elsewhere. */
    private enum Source {
        BYTES, TEXT, TREE, ONE_BYTE_AT_A_TIME;

        private <T> T read(JsonMapper mapper, String json, Class<T> type) {
            byte[] bytes = json.getBytes(UTF_8);
            return switch (this) {
                case BYTES -> mapper.readValue(bytes, type);
                case TEXT -> mapper.readValue(json, type);
                case TREE -> mapper.treeToValue(mapper.readTree(bytes), type);
                case ONE_BYTE_AT_A_TIME -> mapper.readValue(new ByteArrayInputStream(bytes) {
                    @Override
                    public synchronized int read(byte[] buffer, int from, int length) {
                        return super.read(buffer, from, Math.min(1, length));
                    }
                }, type);
            };
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"number\":0}",
        "{\"name\":\"a\",\"number\":1,\"size\":2,\"parts\":[{\"name\":\"b\",\"number\":2},{\"number\":3,\"parts\":[]},null]}",
        "{\"parts\":null,\"size\":null,\"number\":-0,\"name\":null}",
        "{\"number\":1,\"note\":null}",
        "{\"note\":\"long\",\"number\":1,\"of a later release\":{\"number\":[2,{\"name\":\"b\"}]},\"size\":3}",
        "{\"number\":1,\"unknown\":null}",
        "{\"nam\\u0065\":\"a\",\"number\":1,\"number\":2}",
        "{\"number\":1,\"a name that is longer than sixteen bytes\":1,\"\u00e9\u4e16\":2,\"\":3}",
        "1"
    })
    void makesTheRecordsThatJacksonMakes(String json) {
        for (Source source : Source.values()) {
            assertThat(source.read(WITH, json, Part.class)).as("%s", source).isEqualTo(source.read(PLAIN, json, Part.class));
        }
    }

    /** Names are matched by their bytes, four at a time, wherever in the buffer they end. */
    @Test
    void tellsNamesApartThatBeginAlike() {
        List<String> names = Stream.of(Names.class.getRecordComponents()).map(RecordComponent::getName).toList();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            for (String json : List.of("{\"" + name + "\":7}", "{ \"" + name + "\" :7,\"" + name + "2\":8,\"" + name + "\u00e9\":9}",
                    "{\"" + name + "\":1,\"" + names.get((i + 1) % names.size()) + "\":2, \"" + name + "\":3}")) {
                for (Source source : Source.values()) {
                    assertThat(source.read(WITH, json, Names.class)).as("%s, %s", source, json)
                            .isEqualTo(source.read(PLAIN, json, Names.class)).isNotEqualTo(source.read(PLAIN, "{}", Names.class));
                }
            }
        }
    }

    @Test
    void recordWithoutComponentsIsMadeByJackson() {
        assertThat(WITH.readValue("{}", Nothing.class)).isEqualTo(new Nothing());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"name\":\"a\",\"number\":-1}",
        "{\"parts\":[{\"number\":1},{\"number\":-1}]}",
        "{\"number\":\"one\"}",
        "{\"name\":\"a\"}",
        "{\"parts\":[1]}",
        "{\"number\":null}",
        "{}",
        "{\"number\":1",
        "{\"number\":1,}",
        "[1]",
        "\"a\""
    })
    void refusesWithTheWordsThatJacksonHas(String json) {
        for (Source source : Source.values()) {
            Throwable plain = catchThrowable(() -> source.read(PLAIN, json, Part.class));

            assertThatThrownBy(() -> source.read(WITH, json, Part.class)).as("%s", source).isExactlyInstanceOf(plain.getClass())
                    .hasMessage(plain.getMessage())
                    .satisfies(e -> assertThat(e.getCause() == null).isEqualTo(plain.getCause() == null));
        }
    }

    @Test
    void refusesUnknownNamesWhereJacksonDoes() {
        String json = "{\"number\":1,\"unknown\":2}";
        Throwable plain = catchThrowable(() -> read(strict(PLAIN), json));

        assertThat(plain).hasMessageContaining("unknown");
        assertThatThrownBy(() -> read(strict(WITH), json)).isExactlyInstanceOf(plain.getClass())
                .hasMessageContaining("\"unknown\" (class " + Part.class.getName());
    }

    private static JsonMapper strict(JsonMapper mapper) {
        return mapper.rebuild().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    }

    @Test
    void errorsOfConstructorsAreNoProblemsOfTheDocument() {
        assertThatThrownBy(() -> read(WITH, "{\"number\":13}")).isExactlyInstanceOf(AssertionError.class).hasMessage("no thirteen");
    }

    @Test
    void theSharedMappersMakeNoHandleForEachRecord() {
        for (JsonMapper mapper : List.of(Json.shared(), Json.strict())) {
            Throwable refusal = catchThrowable(() -> read(mapper, "{\"number\":-1}")).getCause();

            assertThat(refusal).hasMessage("number must not be negative");
            assertThat(refusal.getStackTrace()).extracting(StackTraceElement::getMethodName)
                    .contains("createFromObjectWith").doesNotContain("invokeWithArguments");
        }
    }

    @Test
    void theSharedMappersReadRecordsByTheirIndexes() {
        for (JsonMapper mapper : List.of(Json.shared(), Json.strict())) {
            Throwable refusal = catchThrowable(() -> read(mapper, "{\"number\":-1}")).getCause();

            assertThat(refusal.getStackTrace()).extracting(StackTraceElement::getClassName)
                    .contains(RecordReader.class.getName());
        }
    }

    private static Part read(JsonMapper mapper, String json) {
        return mapper.readValue(json, Part.class);
    }
}
