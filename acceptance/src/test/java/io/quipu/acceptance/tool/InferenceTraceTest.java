package io.quipu.acceptance.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.wire.Json;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class InferenceTraceTest {

    private static List<String> convert(String csv) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        InferenceTrace.convert(new BufferedReader(new StringReader(csv)),
                new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void aRowIsOneUsageAtItsMillisecond() throws IOException {
        List<String> lines = convert("""
                TIMESTAMP,ContextTokens,GeneratedTokens
                2024-02-29 23:59:59.9999999,12,3
                2024-03-01 00:00:00.0000000,7,1
                """);

        assertThat(lines).hasSize(2);
        JsonNode usage = Json.shared().readTree(lines.get(0));
        assertThat(usage.get("start").longValue()).isEqualTo(1709251199999L);
        assertThat(usage.get("end").longValue()).isEqualTo(1709251199999L);
        assertThat(usage.get("dedup_id").stringValue()).isEqualTo("1");
        assertThat(usage.get("consumer_id").stringValue()).isEqualTo("app-1");
        assertThat(usage.get("space_id").stringValue()).isEqualTo("space-1");
        assertThat(usage.get("measured_usage").toString()).isEqualTo(
                "[{\"measure\":\"input_tokens\",\"quantity\":12},{\"measure\":\"output_tokens\",\"quantity\":3}]");
        assertThat(Json.shared().readTree(lines.get(1)).get("start").longValue()).isEqualTo(1709251200000L);
    }

    @Test
    void anotherFileIsRefused() {
        assertThatThrownBy(() -> convert("a,b,c\n1,2,3\n")).isInstanceOf(ToolException.class)
                .hasMessageContaining("TIMESTAMP");
        assertThatThrownBy(() -> convert("TIMESTAMP,ContextTokens,GeneratedTokens\n2024-03-01 00:00:00,7\n"))
                .isInstanceOf(ToolException.class).hasMessageContaining("row 1");
    }
}
