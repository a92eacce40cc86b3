package io.quipu.acceptance.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class MetricsTest {

    @Test
    void aMetricIsTheSumOverItsLabels() {
        Metrics metrics = Metrics.of("""
                # HELP quipu_store_writes_total documents
                # TYPE quipu_store_writes_total counter
                quipu_store_writes_total 12.0
                jvm_gc_pause_seconds_count{action="end of minor GC",cause="a b"} 3
                jvm_gc_pause_seconds_count{action="end of major GC",cause="x"} 2
                quipu_store_written_bytes_total 1.2345678E7
                broken NaN
                bucket{le="+Inf"} 7
                """);
        assertThat(metrics.value("quipu_store_writes_total")).isEqualByComparingTo("12");
        assertThat(metrics.value("jvm_gc_pause_seconds_count")).isEqualByComparingTo("5");
        assertThat(metrics.value("quipu_store_written_bytes_total")).isEqualByComparingTo("12345678");
        assertThat(metrics.value("bucket")).isEqualByComparingTo("7");
        assertThat(metrics.value("broken")).isEqualByComparingTo(BigDecimal.ZERO);
    }

    @Test
    void aMetricThatAppearedMeanwhileHasGrownFromNothing() {
        assertThat(Metrics.of("a 5\n").since(Metrics.of("b 1\n"), "a")).isEqualByComparingTo("5");
    }
}
