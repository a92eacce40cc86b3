package io.quipu.collector.lease;

import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.Outcome;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Keys;
import io.quipu.common.wire.Json;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * One instance's part in the {@link Leases}: with each beat it reads them, takes out who is dead, raises its own beat and
 * spreads the partitions, all in one write. Who is taken out though it lives enters again with its next beat.
 *
 * <p>Dead is who was seen with the same beat for as long as the patience, by this instance's own monotonic time. Only time in
 * which it looked counts, at most {@link #MAX_GAP} beats from one look to the next: when the store comes back after a while in which nobody could
 * beat, nobody is dead. Thread-safe: a beat and the leaving exclude each other.
 */
public final class LeaseKeeper {

    /** Beats that count at most between two looks. */
    static final int MAX_GAP = 2;

    /** Times that a beat, or the leaving, is tried while others write in between. */
    static final int MAX_TRIES = 12;

    private final DocumentStore store;
    private final int partitions;
    private final String id;
    private final LongSupplier nanos;
    private final long maxGap;
    private final long patience;

    private final Map<String, Watched> watched = new HashMap<>();
    private long lookedAt;
    private long beats;
    private boolean someoneLeft;
    private boolean left;
    private boolean raced;

    /**
     * Of one instance; does nothing by itself.
     *
     * @param store where the leases are
     * @param partitions how many there are
     * @param id the instance's, unique for ever: of each start another
     * @param times beat and patience
     * @param nanos monotonic time, nanoseconds
     */
    public LeaseKeeper(DocumentStore store, int partitions, String id, LeaseTimes times, LongSupplier nanos) {
        this.store = store;
        this.partitions = partitions;
        this.id = id;
        this.nanos = nanos;
        this.maxGap = times.beat().multipliedBy(MAX_GAP).toNanos();
        this.patience = times.patience().toNanos();
    }

    /** A beat of another instance, and for how long it was seen unchanged. */
    private record Watched(long beat, long silent) {
    }

    private record Read(Leases leases, long version) {
    }

    /**
     * One beat.
     *
     * @param load what waits in this instance's partitions
     * @return what it drives from now on. When others have written in between again and again, what they wrote; nothing after {@link #leave}
     * @throws StoreException when the store is away: all stays as it was, and the next beat finds out
     * @throws IllegalStateException when a newer release has written the leases
     */
    public synchronized Share beat(Load load) {
        Leases known = Leases.NONE;
        beats++;
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            Read read = read();
            known = read.leases();
            raced = tries > 0;
            if (left) {
                break;
            }
            someoneLeft |= look(known);
            Set<String> dead = dead();
            someoneLeft |= !dead.isEmpty();
            Leases next = known.without(dead).beaten(id, beats, load).spread(partitions);
            if (next.equals(known)) {
                break;
            }
            if (write(read, next)) {
                watched.keySet().removeAll(dead);
                known = next;
                break;
            }
        }
        Share share = new Share(known.instance(id).map(Leases.Instance::partitions).orElse(List.of()), known.loadBut(id),
                someoneLeft, known);
        someoneLeft = false;
        return share;
    }

    /** Whether another has written in between the last beat. */
    public synchronized boolean raced() {
        return raced;
    }

    /**
     * Takes this instance out and gives its partitions to the others, for ever: no beat enters it again.
     *
     * @throws StoreException when that is not known to be done: the others find out after their patience
     */
    public synchronized void leave() {
        left = true;
        StoreException last = null;
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            try {
                Read read = read();
                if (read.leases().instance(id).isEmpty()
                        || write(read, read.leases().without(Set.of(id)).spread(partitions))) {
                    return;
                }
            } catch (StoreException unclear) {
                last = unclear;
            }
        }
        throw last != null ? last : new StoreException("others have written the leases in between " + MAX_TRIES + " times");
    }

    /** Remembers who was seen with which beat; whether somebody is there no longer. */
    private boolean look(Leases leases) {
        long now = nanos.getAsLong();
        long gap = Math.min(now - lookedAt, maxGap);
        lookedAt = now;
        Set<String> there = new HashSet<>();
        for (Leases.Instance instance : leases.instances()) {
            if (!instance.id().equals(id)) {
                there.add(instance.id());
                watched.merge(instance.id(), new Watched(instance.beat(), 0), (before, seen) ->
                        before.beat() == seen.beat() ? new Watched(seen.beat(), before.silent() + gap) : seen);
            }
        }
        return watched.keySet().retainAll(there);
    }

    private Set<String> dead() {
        Set<String> dead = new HashSet<>();
        watched.forEach((other, seen) -> {
            if (seen.silent() >= patience) {
                dead.add(other);
            }
        });
        return dead;
    }

    private Read read() {
        Optional<Document> document = store.get(Keys.leases());
        return document.map(d -> new Read(Json.read(d.content(), Leases.class), d.version()))
                .orElse(new Read(Leases.NONE, Outcome.NO_VERSION));
    }

    private boolean write(Read read, Leases next) {
        byte[] content = Json.write(next);
        return store.write(read.version() == Outcome.NO_VERSION ? new Write.Insert(Keys.leases(), content)
                : new Write.Replace(Keys.leases(), read.version(), content)).written();
    }
}
