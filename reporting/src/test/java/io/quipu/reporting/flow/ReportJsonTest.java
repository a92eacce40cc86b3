package io.quipu.reporting.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.common.plan.TimeBased;
import io.quipu.common.quantity.Value;
import io.quipu.common.wire.Json;
import io.quipu.reporting.report.MetricReport;
import io.quipu.reporting.report.Slot;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonGenerator;

class ReportJsonTest {

    private static final Slot SLOT = new Slot(TimeBased.quantity(0, 1_512_000_000), new BigDecimal("210"),
            TimeBased.cost("0.00028", 0, 1_512_000_000), new BigDecimal("0.0588"));

    @Test
    void quantitiesAndCostsThatAreObjectsAreWrittenAsTheyAre() {
        List<List<Slot>> windows = List.of(List.of(SLOT, new Slot(Value.ZERO, BigDecimal.ONE, null, BigDecimal.TEN)));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.shared().createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringProperty("metric", "memory");
            ReportJson.windows(json, windows);
            json.writeEndObject();
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .isEqualTo(new String(Json.write(new MetricReport("memory", windows)), StandardCharsets.UTF_8))
                .isEqualTo("{\"metric\":\"memory\",\"windows\":[[{\"quantity\":{\"consumed\":1512000000,\"consuming\":0},"
                        + "\"summary\":210,\"cost\":{\"consumed\":1512000000,\"consuming\":0,\"price\":0.00028},\"charge\":0.0588},"
                        + "{\"quantity\":0,\"summary\":1,\"charge\":10}]]}");
    }
}
