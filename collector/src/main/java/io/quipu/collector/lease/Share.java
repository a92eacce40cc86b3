package io.quipu.collector.lease;

import java.util.List;

/**
 * What an instance has come to know with a beat.
 *
 * @param partitions which it drives, ascending
 * @param others what waits with all other instances, as they have written it down
 * @param left whether an instance has gone since the beat before, whoever took it out: what it has not signalled is found by
 *     looking only
 * @param leases the document
 */
public record Share(List<Integer> partitions, Load others, boolean left, Leases leases) {

    /** How many instances there are. */
    public int instances() {
        return leases.instances().size();
    }
}
