package io.quipu.common.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.Optional;
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
        assertThat(read(WITH, json)).isEqualTo(read(PLAIN, json));
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
        Throwable plain = catchThrowable(() -> read(PLAIN, json));

        assertThatThrownBy(() -> read(WITH, json)).isExactlyInstanceOf(plain.getClass()).hasMessage(plain.getMessage())
                .satisfies(e -> assertThat(e.getCause() == null).isEqualTo(plain.getCause() == null));
    }

    @Test
    void refusesUnknownNamesWhereJacksonDoes() {
        String json = "{\"number\":1,\"unknown\":2}";
        Throwable plain = catchThrowable(() -> read(strict(PLAIN), json));

        assertThat(plain).hasMessageContaining("unknown");
        assertThatThrownBy(() -> read(strict(WITH), json)).isExactlyInstanceOf(plain.getClass());
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
