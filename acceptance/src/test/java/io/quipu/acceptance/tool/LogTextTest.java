package io.quipu.acceptance.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class LogTextTest {

    private final LogText text = new LogText(ZoneOffset.UTC);

    @Test
    void aLineShowsTimeLevelLoggerMessageFieldsAndStackTrace() {
        assertThat(text.of("{\"@timestamp\":\"2026-11-21T10:47:33.179384549Z\",\"log\":{\"level\":\"WARN\",\"logger\":\"io.quipu.Driver\"},"
                + "\"process\":{\"pid\":1},\"service\":{\"name\":\"collector\"},\"message\":\"partition 3 waits\",\"partition\":3,"
                + "\"trace.id\":\"ab\",\"error\":{\"stack_trace\":\"java.lang.Error: x\\n\\tat a.b\\n\"},\"ecs\":{\"version\":\"8.11\"}}"))
                .isEqualTo("2026-11-21 10:47:33.179 WARN  Driver: partition 3 waits partition=3 trace.id=ab"
                        + System.lineSeparator() + "java.lang.Error: x\n\tat a.b");
    }

    @Test
    void whatIsNoLineOfALogStaysAsItIs() {
        for (String line : new String[] {"", "WARNING: a Java machine speaks", "{", "{\"a\":1}", "[1]", "{\"message\":1,\"log\":2}"}) {
            assertThat(text.of(line)).isEqualTo(line);
        }
    }
}
