package io.quipu.collector.intake;

import io.quipu.collector.log.DedupMark;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.UsageLog;
import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.StoreException;
import io.quipu.common.time.Lateness;
import io.quipu.common.usage.Origin;
import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import tools.jackson.core.JacksonException;

/**
 * Takes usages in: each is accepted once it is durable in the log, recognised as a duplicate, or rejected with its reason,
 * and none of them harms another. What is rejected leaves no trace in the log. Thread-safe.
 *
 * <p>Here duplicates are only recognised as far as the marks know them already; two of them that race past each other
 * are settled when the log is driven.
 */
public final class UsageIntake {

    private final TermsSource terms;
    private final UsageLog log;
    private final DocumentStore store;
    private final Lateness lateness;
    private final Clock clock;
    private final LogAppends appends;

    /**
     * An intake.
     *
     * @param store holds the dedup marks
     * @param wait how {@link #submit} waits until usages are durable
     */
    public UsageIntake(TermsSource terms, UsageLog log, DocumentStore store, Lateness lateness, Clock clock,
            AppendWait wait) {
        this.terms = terms;
        this.log = log;
        this.store = store;
        this.lateness = lateness;
        this.clock = clock;
        this.appends = new LogAppends(log, wait);
    }

    /**
     * Takes usages in and waits until they are durable.
     *
     * @param readings at most {@link UsageReader#MAX_USAGES}
     * @return one result per reading, in the same order
     * @throws StoreException when terms or marks cannot be read now; then nothing was stored
     */
    public List<UsageResult> submit(List<Reading> readings) {
        Begun begun = begin(readings);
        return begun.results(appends.await(begun.appends));
    }

    /**
     * Judges usages, and begins to store those that are good and new.
     *
     * @param readings at most {@link UsageReader#MAX_USAGES}
     * @throws StoreException when terms or marks cannot be read now; then nothing is stored
     */
    public Begun begin(List<Reading> readings) {
        UsageResult[] results = new UsageResult[readings.size()];
        UsageJudge judge = new UsageJudge(terms, lateness, clock.millis());
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < results.length; i++) {
            try {
                LoggedUsage usage = judge.usage(readings.get(i));
                candidates.add(new Candidate(i, usage, log.partition(usage.origin().organizationId())));
            } catch (Problem problem) {
                results[i] = new UsageResult.Rejected(problem);
            }
        }
        Map<String, Candidate> firsts = new LinkedHashMap<>();
        List<Candidate> repeats = new ArrayList<>();
        Map<String, DedupMark> marks = marks(candidates);
        for (Candidate candidate : candidates) {
            DedupMark mark = marks.get(candidate.key);
            if (mark != null) {
                Place place = new Place(candidate.partition, mark.position());
                results[candidate.index] = repeat(candidate, mark.content(),
                        Locations.of(candidate.usage.origin(), place.partition(), place.position()), place);
            } else if (firsts.putIfAbsent(candidate.key, candidate) != null) {
                repeats.add(candidate);
            }
        }
        return new Begun(results, firsts, repeats);
    }

    /** Usages that have been judged, of which those that are good and new are on their way to the log. */
    public final class Begun {

        /** One for each usage; null for those on their way. */
        private final UsageResult[] judged;
        private final Map<String, Candidate> firsts;
        private final List<Candidate> repeats;
        private final Map<Integer, List<Candidate>> byPartition = new TreeMap<>();
        private final LogAppends.Begun appends;

        private Begun(UsageResult[] judged, Map<String, Candidate> firsts, List<Candidate> repeats) {
            this.judged = judged;
            this.firsts = firsts;
            this.repeats = repeats;
            for (Candidate first : firsts.values()) {
                byPartition.computeIfAbsent(first.partition, partition -> new ArrayList<>()).add(first);
            }
            Map<Integer, List<LoggedUsage>> usages = new TreeMap<>();
            byPartition.forEach((partition, group) -> usages.put(partition,
                    group.stream().map(candidate -> candidate.usage).toList()));
            this.appends = UsageIntake.this.appends.begin(usages);
        }

        /** Completes when each is durable or refused, never with an exception; earlier, where the caller waits no longer and completes it. */
        public CompletableFuture<Void> done() {
            return appends.done();
        }

        /** One result per reading, in the same order; one that is not known to be durable by now is refused for that. */
        public List<UsageResult> results() {
            return results(appends.outcomes());
        }

        private List<UsageResult> results(Map<Integer, LogAppends.Outcome> outcomes) {
            UsageResult[] results = judged.clone();
            outcomes.forEach((partition, outcome) -> {
                List<Candidate> group = byPartition.get(partition);
                if (outcome instanceof LogAppends.Outcome.Settled settled) {
                    for (int i = 0; i < group.size(); i++) {
                        results[group.get(i).index] = result(group.get(i), partition, settled.appended().get(i));
                    }
                } else {
                    UsageResult refused = new UsageResult.Rejected(((LogAppends.Outcome.Refused) outcome).problem());
                    group.forEach(candidate -> results[candidate.index] = refused);
                }
            });
            for (Candidate candidate : repeats) {
                Candidate first = firsts.get(candidate.key);
                // the fate of one that was not stored is the fate of those like it
                results[candidate.index] = results[first.index] instanceof UsageResult.Accepted accepted
                        ? repeat(candidate, DedupMark.content(first.usage), accepted.location(), accepted.place())
                        : results[first.index];
            }
            return List.of(results);
        }
    }

    /** A usage that may go to the log, unless its key is known. */
    private static final class Candidate {

        final int index;
        final LoggedUsage usage;
        final int partition;
        final String key;

        Candidate(int index, LoggedUsage usage, int partition) {
            this.index = index;
            this.usage = usage;
            this.partition = partition;
            this.key = DedupMark.key(usage);
        }
    }

    private static UsageResult repeat(Candidate candidate, String firstContent, String location, Place place) {
        return DedupMark.content(candidate.usage).equals(firstContent) ? new UsageResult.Duplicate(location, place)
                : new UsageResult.Rejected(Problem.of(409, "conflict",
                        candidate.usage.event() == null
                                ? "A usage with the same ids, times and dedup_id was accepted with other measures"
                                : "An event of the same kind, ids, timestamp and id was accepted with other measures")
                        .with("location", location));
    }

    /** The marks that there are, by key. */
    private Map<String, DedupMark> marks(List<Candidate> candidates) {
        List<String> keys = new ArrayList<>();
        for (Candidate candidate : candidates) {
            if (log.mayBeMarked(candidate.partition, candidate.usage.origin().end())) {
                keys.add(candidate.key);
            }
        }
        if (keys.isEmpty()) {
            return Map.of();
        }
        Map<String, DedupMark> marks = new HashMap<>();
        List<Optional<DedupMark>> found = marks(store, keys);
        for (int i = 0; i < keys.size(); i++) {
            String key = keys.get(i);
            found.get(i).ifPresent(mark -> marks.put(key, mark));
        }
        return marks;
    }

    /** The marks of keys, in the same order. */
    static List<Optional<DedupMark>> marks(DocumentStore store, List<String> keys) {
        return store.get(keys).stream().map(document -> document.map(UsageIntake::mark)).toList();
    }

    private static DedupMark mark(Document document) {
        try {
            return Json.read(document.content(), DedupMark.class);
        } catch (JacksonException e) {
            throw new IllegalStateException("document " + document.key() + " is no dedup mark", e);
        }
    }

    private UsageResult result(Candidate candidate, int partition, UsageLog.Appended outcome) {
        Origin origin = candidate.usage.origin();
        if (outcome instanceof UsageLog.Appended.Accepted accepted) {
            Place place = new Place(partition, accepted.position());
            return new UsageResult.Accepted(Locations.of(origin, place.partition(), place.position()), place);
        }
        return new UsageResult.Rejected(UsageJudge.tooLate(candidate.usage.event(), origin.end(),
                ((UsageLog.Appended.TooLate) outcome).logTime(), lateness));
    }
}
