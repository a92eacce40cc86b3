package io.quipu.common.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * A store whose calls fail at random, before or after they took effect, also in the middle of a bulk write. What was
 * written stays written: the wrapped store is the durable part.
 */
public final class FaultyStore implements DocumentStore {

    private final DocumentStore durable;
    private final RandomGenerator random;
    private final double failing;
    private long faults;

    /** Fails that share of all calls. */
    public FaultyStore(DocumentStore durable, RandomGenerator random, double failing) {
        this.durable = durable;
        this.random = random;
        this.failing = failing;
    }

    /** How many calls have failed. */
    public long faults() {
        return faults;
    }

    @Override
    public List<Optional<Document>> get(List<String> keys) {
        if (random.nextDouble() < failing / 4) {
            faults++;
            throw new StoreException("read lost");
        }
        return durable.get(keys);
    }

    @Override
    public List<Outcome> write(List<Write> writes) {
        if (random.nextDouble() >= failing) {
            return durable.write(writes);
        }
        faults++;
        int written = random.nextInt(writes.size() + 1);
        List<Write> part = new ArrayList<>(writes);
        if (random.nextBoolean()) {
            Collections.shuffle(part, new Random(random.nextLong()));
        }
        durable.write(part.subList(0, written));
        throw new StoreException("crash after " + written + " of " + writes.size() + " writes");
    }

    @Override
    public void close() {
        durable.close();
    }
}
