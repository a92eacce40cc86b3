package io.quipu.collector.intake;

import java.util.Optional;

/** Knows what became of accepted usage. */
@FunctionalInterface
public interface DispositionSource {

    /** What became of the usage at a position; empty as long as nothing did: it is accepted, and waits. */
    Optional<Disposition> of(int partition, long position);

    /**
     * What became of a usage.
     *
     * @param status {@code accepted}, {@code processed}, {@code duplicate} or {@code rejected}
     * @param code why, stable and machine-readable, or null
     * @param reason why, a sentence for people, or null
     * @param duplicateOf the position, in the same partition, of the usage that this one repeats, or null
     */
    record Disposition(String status, String code, String reason, Long duplicateOf) {

        /** It is in the log, and has not been driven yet. */
        static final Disposition ACCEPTED = new Disposition("accepted", null, null, null);
    }
}
