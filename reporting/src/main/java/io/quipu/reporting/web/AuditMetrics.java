package io.quipu.reporting.web;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quipu.common.metrics.Buckets;
import io.quipu.reporting.audit.AuditReport;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Times audits by their verdict; those without one are not counted here. Thread-safe. */
final class AuditMetrics {

    private final MeterRegistry meters;
    private final Timer clean;
    private final Timer different;

    AuditMetrics(MeterRegistry meters) {
        this.meters = meters;
        this.clean = timer(AuditReport.CLEAN);
        this.different = timer(AuditReport.DIFFERENT);
    }

    private Timer timer(String verdict) {
        return Buckets.call("quipu.reporting.audit").description("Audits of an organization's month").tag("verdict", verdict)
                .register(meters);
    }

    AuditReport record(Supplier<AuditReport> audit) {
        long begun = meters.config().clock().monotonicTime();
        AuditReport report = audit.get();
        (report.clean() ? clean : different).record(meters.config().clock().monotonicTime() - begun, TimeUnit.NANOSECONDS);
        return report;
    }
}
