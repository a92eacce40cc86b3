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
        metrics.conflicted(3, 1);
        metrics.synced(2, metrics.now());
        metrics.read(7);

        assertThat(registry.scrape().lines()).contains("quipu_store_written_bytes_total 345.0", "quipu_store_writes_total 2.0",
                "quipu_store_conflicts_total{condition=\"absent\"} 3.0", "quipu_store_conflicts_total{condition=\"version\"} 1.0",
                "quipu_store_group_documents_bucket{le=\"10.0\"} 1", "quipu_store_syncs_total 1.0", "quipu_store_reads_total 7.0");
    }
}
