package io.quipu.collector.catalog;

import io.quipu.common.store.StoreException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores the sample plans when the service starts; where the store is away then, as soon as it is there. */
public final class SamplesAtStart implements AutoCloseable {

    private static final Duration AGAIN = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(SamplesAtStart.class);

    private final Runnable samples;
    private final Thread later;

    /**
     * Stores them, or begins to try again and again.
     *
     * @param samples stores what is absent
     */
    public SamplesAtStart(Runnable samples) {
        this.samples = samples;
        this.later = new Thread(this::untilStored, "quipu-samples");
        later.setDaemon(true);
        if (!stored()) {
            LOG.warn("the sample plans are stored when the store is there");
            later.start();
        }
    }

    private boolean stored() {
        try {
            samples.run();
            return true;
        } catch (StoreException e) {
            LOG.debug("the sample plans are stored later", e);
            return false;
        }
    }

    private void untilStored() {
        try {
            do {
                Thread.sleep(AGAIN.toMillis());
            } while (!stored());
        } catch (InterruptedException e) {
            LOG.debug("stopped before the sample plans were stored", e);
        } catch (RuntimeException e) {
            LOG.error("the sample plans cannot be stored", e);
        }
    }

    /** Tries no more. */
    @Override
    public void close() {
        later.interrupt();
    }
}
