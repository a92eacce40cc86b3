package io.quipu.accumulator;

import io.quipu.common.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for silent resources and shows them as metrics. */
final class SilenceWatch {

    private static final Logger LOG = LoggerFactory.getLogger(SilenceWatch.class);

    private final SilentResources resources;
    private final SilenceMetrics metrics;

    SilenceWatch(SilentResources resources, SilenceMetrics metrics) {
        this.resources = resources;
        this.metrics = metrics;
    }

    /** One check; what fails is tried again with the next. */
    void check() {
        try {
            resources.check();
            metrics.update();
        } catch (StoreException e) {
            LOG.debug("silent resources are looked for later: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("silent resources cannot be looked for", e);
        }
    }
}
