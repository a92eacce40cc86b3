package io.quipu.collector.drive;

import io.quipu.collector.lease.LeaseTimes;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * How collectors on one store share its partitions.
 *
 * @param store which store; {@value #SHARED_STORE} is the one that several processes can use
 * @param lease when leases are looked at
 * @param signal when the signal is
 */
@ConfigurationProperties("quipu")
public record SharingProperties(@DefaultValue("embedded") String store, @DefaultValue Leasing lease,
        @DefaultValue Signalling signal) {

    /** The property that chooses the store. */
    static final String STORE = "quipu.store";

    /** Its value of a store that several processes share. */
    static final String SHARED_STORE = "couchbase";

    private static final Duration SHORTEST = Duration.ofMillis(10);

    /** Refuses times that do not fit each other. */
    public SharingProperties {
        atLeast(SHORTEST, "quipu.lease.beat", lease.beat());
        Duration patience = lease.beat().multipliedBy(LeaseTimes.MIN_BEATS);
        if (lease.patience().compareTo(patience) < 0) {
            throw new InvalidConfigurationPropertyValueException("quipu.lease.patience", lease.patience(),
                    "must be at least " + LeaseTimes.MIN_BEATS + " times quipu.lease.beat, " + patience
                            + ": an instance that misses a beat is not dead");
        }
        atLeast(SHORTEST, "quipu.signal.interval", signal.interval());
        atLeast(signal.interval(), "quipu.signal.poll", signal.poll());
    }

    /**
     * When leases are looked at.
     *
     * @param beat how long after one beat of an instance the next one follows
     * @param patience how long an instance is seen without a new beat until the others take its partitions
     */
    public record Leasing(@DefaultValue("PT1.5S") Duration beat, @DefaultValue("PT6S") Duration patience) {
    }

    /**
     * When the signal is looked at.
     *
     * @param interval how soon again after it has had news; times the number of instances, how often each of them raises it
     * @param poll how soon again at the latest
     */
    public record Signalling(@DefaultValue("PT0.1S") Duration interval, @DefaultValue("PT1.25S") Duration poll) {
    }

    private static void atLeast(Duration least, String name, Duration value) {
        if (value.compareTo(least) < 0) {
            throw new InvalidConfigurationPropertyValueException(name, value, "must be at least " + least);
        }
    }

    /** Whether other processes may use the same store. */
    boolean shared() {
        return store.equalsIgnoreCase(SHARED_STORE);
    }

    LeaseTimes times() {
        return new LeaseTimes(lease.beat(), lease.patience(), signal.interval(), signal.poll());
    }
}
