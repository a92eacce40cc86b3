package io.quipu.reporting.flow;

import io.quipu.common.time.Window;
import io.quipu.common.totals.PlanTotals;
import io.quipu.reporting.flow.ConsumerReports.SharingConsumer;
import io.quipu.reporting.flow.ConsumerReports.Written;
import io.quipu.reporting.flow.ConsumerReports.WrittenConsumer;
import io.quipu.reporting.report.LevelsSum;
import io.quipu.reporting.report.ScopeTotals;
import io.quipu.reporting.report.Shares;
import io.quipu.reporting.report.TotalsSum;
import io.quipu.reporting.source.Accumulator;
import io.quipu.reporting.source.Aggregator;
import io.quipu.reporting.source.Aggregator.ConsumerDocuments;
import io.quipu.reporting.source.OwnFailureException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * The consumers of a report, written and put aside space by space as they arrive, and their sums: so many chunks of
 * consumers are worked on at a time, by other threads, and the reading waits for the first of them. Only the ids of all
 * consumers are in memory, and those consumers that may be the last to share what their space is charged for pooled levels: at
 * most as many as there are metrics in windows. Of a report that fails the other chunks end by themselves, within the time that
 * a call to a neighbour has; nobody asks for what they have written. Not thread-safe.
 */
final class ChildReports {

    /**
     * Consumers in the first chunk of a space, so that work on it begins while the others are still read; each chunk is twice as
     * large as the one before, up to {@link Accumulator#MAX_CONSUMERS}.
     */
    private static final int FIRST_CHUNK = 8;

    private final ConsumerReports consumers;
    private final PlansOfReport plans;
    private final Executor executor;
    private final boolean tolerant;
    private final Spool written;
    private final Map<String, List<Place>> ofSpace = new HashMap<>();
    private final Map<String, Map<Window, TotalsSum>> sums = new TreeMap<>();
    private final Map<String, LevelsSum> levels = new TreeMap<>();
    private boolean ahead;

    /**
     * No consumers yet.
     *
     * @param tolerant whether a consumer may be ahead of the parent, and then the sums are needed
     */
    ChildReports(ConsumerReports consumers, PlansOfReport plans, Executor executor, boolean tolerant, Spool written) {
        this.consumers = consumers;
        this.plans = plans;
        this.executor = executor;
        this.tolerant = tolerant;
        this.written = written;
    }

    /** Where a consumer was put aside. */
    private record Place(String consumerId, Spool.Range range) {
    }

    /** A consumer that may be the last to share, and what was written of it in case it is not. */
    private record Waiting(SharingConsumer sharing, byte[] json) {
    }

    /** Takes the consumers of a space. */
    Aggregator.Lines space(String spaceId) {
        return new OfSpace(spaceId);
    }

    /**
     * Whether a consumer has folded usage that its parent had not when it was read. If none has, they show the same
     * usage: the parent is written after its consumers and was read before them.
     */
    boolean ahead() {
        return ahead;
    }

    /** Whether a consumer was ahead, which is not tolerated: what was read is of no use. */
    boolean abandoned() {
        return ahead && !tolerant;
    }

    /** Appends the consumers of a space by id, separated by commas. */
    void append(String spaceId, Report report) {
        List<Place> places = ofSpace.get(spaceId);
        places.sort(Comparator.comparing(Place::consumerId));
        long from = 0;
        long to = 0;
        for (Place place : places) {
            long offset = place.range().offset();
            if (from == to || offset != to) {
                report.append(written, new Spool.Range(from, to - from));
                // not the comma before the first
                from = to == 0 ? offset + 1 : offset;
            }
            to = offset + place.range().length();
        }
        report.append(written, new Spool.Range(from, to - from));
    }

    /** The sums over the consumers of a space. */
    ScopeTotals totals(String spaceId) {
        return new ScopeTotals(totals(sums.getOrDefault(spaceId, Map.of())),
                levels.containsKey(spaceId) ? levels.get(spaceId).levels() : List.of());
    }

    /** The sums over the consumers of all spaces. */
    ScopeTotals totals() {
        Map<Window, TotalsSum> all = new TreeMap<>();
        sums.values().forEach(space -> totals(space).forEach((window, totals) ->
                all.computeIfAbsent(window, w -> new TotalsSum(plans::terms)).add(totals)));
        LevelsSum allLevels = new LevelsSum();
        levels.values().forEach(space -> allLevels.add(space.levels()));
        return new ScopeTotals(totals(all), allLevels.levels());
    }

    private static Map<Window, List<PlanTotals>> totals(Map<Window, TotalsSum> sums) {
        Map<Window, List<PlanTotals>> totals = new TreeMap<>();
        sums.forEach((window, sum) -> totals.put(window, sum.totals()));
        return totals;
    }

    /** Hands chunks of lines to other threads, and puts what they have written aside in order. */
    private final class OfSpace implements Aggregator.Lines {

        private final String spaceId;
        private final List<Place> places = new ArrayList<>();
        private final Set<String> ids = new HashSet<>();
        private final Deque<FutureTask<Written>> inFlight = new ArrayDeque<>();
        private final Shares shares;
        private final Map<String, Waiting> waiting = new TreeMap<>();
        private List<Supplier<ConsumerDocuments>> chunk = new ArrayList<>();
        private int size = FIRST_CHUNK;

        private OfSpace(String spaceId) {
            this.spaceId = spaceId;
            this.shares = consumers.shares(spaceId);
            ofSpace.put(spaceId, places);
        }

        @Override
        public void line(Supplier<ConsumerDocuments> consumer) {
            // when all will be read again, the rest of the answer is only passed over
            if (!abandoned()) {
                chunk.add(consumer);
                if (chunk.size() == size) {
                    begin();
                    size = Math.min(2 * size, Accumulator.MAX_CONSUMERS);
                }
            }
        }

        @Override
        public void complete() {
            begin();
            while (!inFlight.isEmpty()) {
                take();
            }
            waiting.forEach((id, consumer) -> {
                byte[] json = consumers.write(consumer.sharing(), shares.withRest(id, consumer.sharing().share()));
                place(id, json, 0, json.length);
            });
            waiting.clear();
        }

        private void begin() {
            if (chunk.isEmpty() || abandoned()) {
                return;
            }
            if (inFlight.size() == UsageReporting.CHUNKS_IN_FLIGHT) {
                take();
            }
            List<Supplier<ConsumerDocuments>> lines = chunk;
            chunk = new ArrayList<>(lines.size());
            FutureTask<Written> task = new FutureTask<>(() -> consumers.write(spaceId, lines));
            inFlight.add(task);
            executor.execute(task);
        }

        private void take() {
            Written done = get(inFlight.remove());
            ahead |= done.ahead();
            for (WrittenConsumer consumer : done.consumers()) {
                if (ids.add(consumer.consumerId())) {
                    if (consumer.sharing() != null) {
                        share(consumer, done.json());
                    } else if (consumer.to() > consumer.from()) {
                        place(consumer.consumerId(), done.json(), consumer.from(), consumer.to() - consumer.from());
                    }
                    if (consumer.made() != null) {
                        add(consumer.made());
                    }
                }
            }
        }

        private void place(String consumerId, byte[] json, int from, int length) {
            places.add(new Place(consumerId, written.write(json, from, length)));
        }

        /** Puts aside those that have their share now. */
        private void share(WrittenConsumer consumer, byte[] json) {
            waiting.put(consumer.consumerId(),
                    new Waiting(consumer.sharing(), Arrays.copyOfRange(json, consumer.from(), consumer.to())));
            for (String settled : shares.take(consumer.consumerId(), consumer.sharing().share())) {
                byte[] asItIs = waiting.remove(settled).json();
                place(settled, asItIs, 0, asItIs.length);
            }
        }

        private void add(ConsumerDocuments consumer) {
            consumer.documents().forEach(document -> sums.computeIfAbsent(spaceId, id -> new TreeMap<>())
                    .computeIfAbsent(document.window(), window -> new TotalsSum(plans::terms)).add(document.plans()));
            if (consumer.levels() != null) {
                levels.computeIfAbsent(spaceId, id -> new LevelsSum()).add(consumer.levels().plans());
            }
        }

        private Written get(FutureTask<Written> task) {
            try {
                return task.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                throw new OwnFailureException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new OwnFailureException(e);
            }
        }
    }
}
