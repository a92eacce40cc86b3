package io.quipu.collector.log;

import io.quipu.common.store.StoreException;
import io.quipu.common.store.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what waits, one segment per partition and those of all partitions at once, so that one sync serves every request
 * under way, whatever the number of organizations. What comes meanwhile waits for the next round.
 *
 * <p>Has no thread: a round runs on the shared executor whenever something waits and not too many are under way. Where the
 * first insert of a partition is not plainly done, its append goes on alone, after the others were answered.
 */
final class AppendRounds {

    /** Bytes of segments after which a round takes no further partition. */
    static final long MAX_BYTES = 8L * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(AppendRounds.class);

    private final LogContext context;
    private final int limit;

    private final Deque<Appender> waiting = new ArrayDeque<>();
    private int running;

    /** Rounds, at most {@code limit} at a time. */
    AppendRounds(LogContext context, int limit) {
        this.context = context;
        this.limit = limit;
    }

    /** Something waits in a partition, which is in no round: it gets its turn once. */
    void add(Appender appender) {
        synchronized (this) {
            waiting.add(appender);
            if (running == limit) {
                return;
            }
            running++;
        }
        execute();
    }

    private void execute() {
        try {
            context.executor().execute(this::round);
        } catch (RejectedExecutionException e) {
            List<Appender> abandoned;
            synchronized (this) {
                abandoned = List.copyOf(waiting);
                waiting.clear();
                running--;
            }
            abandoned.forEach(Appender::abandon);
        }
    }

    private void round() {
        List<Turn> turns = new ArrayList<>();
        try {
            take(turns);
            insert(turns);
            turns.stream().filter(Turn::plain).forEach(Turn::end);
            turns.forEach(Turn::end);
        } finally {
            // Also after an Error, such as a lack of memory: it ends this round, not the partitions.
            turns.forEach(Turn::release);
            boolean more;
            synchronized (this) {
                more = !waiting.isEmpty();
                running -= more ? 0 : 1;
            }
            // Rounds do not loop: the executor decides who goes on.
            if (more) {
                execute();
            }
        }
    }

    private void take(List<Turn> turns) {
        long bytes = 0;
        while (bytes < MAX_BYTES) {
            Turn turn;
            synchronized (this) {
                if (waiting.isEmpty()) {
                    return;
                }
                turn = new Turn(waiting.remove());
            }
            turns.add(turn);
            turn.begin();
            bytes += turn.insert.map(insert -> insert.content().length).orElse(0);
        }
    }

    /** One write for all; then the trim marks of those whose segment was inserted, in one read. */
    private void insert(List<Turn> turns) {
        List<Turn> inserting = turns.stream().filter(turn -> turn.insert.isPresent()).toList();
        if (inserting.isEmpty()) {
            return;
        }
        try {
            List<Boolean> inserted = context.documents().insert(inserting.stream().map(turn -> turn.insert.get()).toList());
            List<Turn> done = new ArrayList<>(inserting.size());
            for (int i = 0; i < inserted.size(); i++) {
                if (inserted.get(i)) {
                    inserting.get(i).inserted = true;
                    done.add(inserting.get(i));
                }
            }
            List<Trim> trims = context.documents().trims(done.stream().map(turn -> turn.appender.partition()).toList());
            for (int i = 0; i < trims.size(); i++) {
                done.get(i).trim = Optional.of(trims.get(i));
            }
        } catch (StoreException unclear) {
            context.metrics().unclear();
            LOG.debug("a round of appends got no clear answer: {}", unclear.getMessage());
        }
    }

    /** One partition's part in a round. */
    private static final class Turn {

        private final Appender appender;
        private Optional<Write.Insert> insert = Optional.empty();
        private boolean inserted;
        private Optional<Trim> trim = Optional.empty();
        private boolean ended;

        Turn(Appender appender) {
            this.appender = appender;
        }

        void begin() {
            insert = appender.begin();
        }

        /** Whether nothing but answering is left to be done. */
        boolean plain() {
            return inserted && trim.isPresent();
        }

        void end() {
            if (!ended) {
                ended = true;
                appender.end(inserted, trim);
            }
        }

        void release() {
            appender.release();
        }
    }
}
