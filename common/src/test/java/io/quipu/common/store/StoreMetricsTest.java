package io.quipu.common.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

class StoreMetricsTest {

    @Test
    void prometheusShowsTheCountersUnderTheirPublishedNames() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        StoreMetrics metrics = new StoreMetrics(registry);
        metrics.wrote(2, 345);
        metrics.conflicted(1);
        metrics.synced();
        metrics.read(7);

        assertThat(registry.scrape().lines()).contains("quipu_store_written_bytes_total 345.0", "quipu_store_writes_total 2.0",
                "quipu_store_conflicts_total 1.0", "quipu_store_syncs_total 1.0", "quipu_store_reads_total 7.0");
    }
}
