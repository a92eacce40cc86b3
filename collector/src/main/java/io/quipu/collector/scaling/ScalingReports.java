package io.quipu.collector.scaling;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the autoscaler, as often as it is asked to, what the gauges of this instance show, for this application and for the others that
 * it speaks for. A gauge that there is not, or that shows nothing, is left out. What fails is said once, and once more when it works
 * again: the next report makes up for it. Used by one thread.
 *
 * <p>Backlog and age are the same on each collector, so the autoscaler's average over what all have reported is that too. It refuses a
 * report as a whole that has a metric without a rule in the application's policy: all policies name all of {@link #METRICS}.
 */
final class ScalingReports {

    /** What is reported, by the names that policies use; of each the gauge and the unit. */
    static final Map<String, Metric> METRICS = metrics();

    private static final Logger LOG = LoggerFactory.getLogger(ScalingReports.class);

    /** One that is reported. */
    record Metric(String gauge, String unit) {
    }

    private final Autoscaler autoscaler;
    private final AutoscalerClient client;
    private final List<String> applications;
    private final MeterRegistry registry;
    private final Set<String> failing = new TreeSet<>();

    ScalingReports(Autoscaler autoscaler, AutoscalerClient client, List<String> others, MeterRegistry registry) {
        this.autoscaler = autoscaler;
        this.client = client;
        this.registry = registry;
        if (!others.isEmpty() && !autoscaler.speaksForOthers()) {
            LOG.warn("the bound autoscaler takes no certificates, or this instance has none: only this application is scaled by"
                    + " the backlog, and quipu.scaling.apps is not looked at");
        }
        this.applications = Stream.concat(Stream.of(autoscaler.application()),
                autoscaler.speaksForOthers() ? others.stream() : Stream.empty()).distinct().toList();
    }

    private static Map<String, Metric> metrics() {
        Map<String, Metric> metrics = new LinkedHashMap<>();
        metrics.put("backlog_per_instance", new Metric("quipu.collector.backlog.per.instance.usages", "usages"));
        metrics.put("oldest_unprocessed_seconds", new Metric("quipu.collector.oldest.unprocessed", "seconds"));
        return metrics;
    }

    /** One report for each application; never throws. */
    void report() {
        List<Map<String, Object>> values = values();
        if (values.isEmpty()) {
            return;
        }
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("instance_index", autoscaler.instance());
        report.put("metrics", values);
        byte[] body = Json.shared().writeValueAsBytes(report);
        for (String application : applications) {
            try {
                client.post(application, body);
                if (failing.remove(application)) {
                    LOG.info("the {} takes reports for application {} again", autoscaler, application);
                }
            } catch (IOException | RuntimeException e) {
                if (failing.add(application)) {
                    LOG.warn("the {} takes no report for application {}, which is not scaled by the backlog until it does: {}",
                            autoscaler, application, e.getMessage());
                }
            }
        }
    }

    private List<Map<String, Object>> values() {
        List<Map<String, Object>> values = new ArrayList<>();
        METRICS.forEach((name, metric) -> {
            Gauge gauge = registry.find(metric.gauge()).gauge();
            double value = gauge == null ? Double.NaN : gauge.value();
            if (Double.isFinite(value)) {
                Map<String, Object> entry = new LinkedHashMap<>();
                entry.put("name", name);
                entry.put("value", Math.round(value));
                entry.put("unit", metric.unit());
                values.add(entry);
            }
        });
        return values;
    }
}
