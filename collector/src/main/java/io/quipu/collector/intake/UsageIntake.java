package io.quipu.collector.intake;

import io.quipu.collector.log.DedupMark;
import io.quipu.collector.log.LogUnavailableException;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.UsageLog;
import io.quipu.common.log.SparingLog;
import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.StoreException;
import io.quipu.common.time.Lateness;
import io.quipu.common.usage.Origin;
import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Takes usages in: each is accepted once it is durable in the log, recognised as a duplicate, or rejected with its reason,
 * and none of them harms another. What is rejected leaves no trace in the log. Thread-safe.
 *
 * <p>Here duplicates are only recognised as far as the marks know them already; two of them that race past each other
 * are settled when the log is driven.
 */
public final class UsageIntake {

    private static final Logger LOG = LoggerFactory.getLogger(UsageIntake.class);
    private static final SparingLog FAILURES = new SparingLog(System::nanoTime);

    /** When to send again what was refused for a reason that should pass. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final TermsSource terms;
    private final UsageLog log;
    private final DocumentStore store;
    private final Lateness lateness;
    private final Clock clock;
    private final AppendWait wait;

    /**
     * An intake.
     *
     * @param store holds the dedup marks
     * @param wait how a request waits until its usages are durable
     */
    public UsageIntake(TermsSource terms, UsageLog log, DocumentStore store, Lateness lateness, Clock clock,
            AppendWait wait) {
        this.terms = terms;
        this.log = log;
        this.store = store;
        this.lateness = lateness;
        this.clock = clock;
        this.wait = wait;
    }

    /**
     * Takes usages in and waits until they are durable.
     *
     * @param readings at most {@link UsageReader#MAX_USAGES}
     * @return one result per reading, in the same order
     * @throws StoreException when terms or marks cannot be read now; then nothing was stored
     */
    public List<UsageResult> submit(List<Reading> readings) {
        UsageResult[] results = new UsageResult[readings.size()];
        UsageJudge judge = new UsageJudge(terms, lateness, clock.millis());
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < results.length; i++) {
            try {
                candidates.add(new Candidate(i, judge.usage(readings.get(i))));
            } catch (Problem problem) {
                results[i] = new UsageResult.Rejected(problem);
            }
        }
        Map<String, Candidate> firsts = new LinkedHashMap<>();
        List<Candidate> repeats = new ArrayList<>();
        List<Optional<DedupMark>> marks = marks(candidates);
        for (int i = 0; i < marks.size(); i++) {
            Candidate candidate = candidates.get(i);
            if (marks.get(i).isPresent()) {
                DedupMark mark = marks.get(i).get();
                Origin origin = candidate.usage.origin();
                results[candidate.index] = repeat(candidate, mark.content(),
                        Locations.of(origin, log.partition(origin.organizationId()), mark.position()));
            } else if (firsts.putIfAbsent(candidate.key, candidate) != null) {
                repeats.add(candidate);
            }
        }
        append(List.copyOf(firsts.values()), results);
        for (Candidate candidate : repeats) {
            Candidate first = firsts.get(candidate.key);
            // the fate of one that was not stored is the fate of those like it
            results[candidate.index] = results[first.index] instanceof UsageResult.Accepted accepted
                    ? repeat(candidate, DedupMark.content(first.usage), accepted.location()) : results[first.index];
        }
        return List.of(results);
    }

    /** A usage that may go to the log, unless its key is known. */
    private static final class Candidate {

        final int index;
        final LoggedUsage usage;
        final String key;

        Candidate(int index, LoggedUsage usage) {
            this.index = index;
            this.usage = usage;
            this.key = DedupMark.key(usage);
        }
    }

    private static UsageResult repeat(Candidate candidate, String firstContent, String location) {
        return DedupMark.content(candidate.usage).equals(firstContent) ? new UsageResult.Duplicate(location)
                : new UsageResult.Rejected(Problem.of(409, "conflict",
                        candidate.usage.event() == null
                                ? "A usage with the same ids, times and dedup_id was accepted with other measures"
                                : "An event of the same kind, ids, timestamp and id was accepted with other measures")
                        .with("location", location));
    }

    private List<Optional<DedupMark>> marks(List<Candidate> candidates) {
        if (candidates.isEmpty()) {
            return List.of();
        }
        return store.get(candidates.stream().map(candidate -> candidate.key).toList()).stream()
                .map(document -> document.map(UsageIntake::mark)).toList();
    }

    private static DedupMark mark(Document document) {
        try {
            return Json.read(document.content(), DedupMark.class);
        } catch (JacksonException e) {
            throw new IllegalStateException("document " + document.key() + " is no dedup mark", e);
        }
    }

    private void append(List<Candidate> firsts, UsageResult[] results) {
        Map<Integer, List<Candidate>> byPartition = new TreeMap<>();
        for (Candidate first : firsts) {
            byPartition.computeIfAbsent(log.partition(first.usage.origin().organizationId()),
                    partition -> new ArrayList<>()).add(first);
        }
        Map<Integer, CompletableFuture<List<UsageLog.Appended>>> appends = new TreeMap<>();
        byPartition.forEach((partition, group) -> appends.put(partition, begin(partition, group)));
        boolean interrupted = interrupted(CompletableFuture.allOf(appends.values().toArray(CompletableFuture<?>[]::new)));
        byPartition.forEach((partition, group) -> {
            try {
                List<UsageLog.Appended> outcomes = outcomes(appends.get(partition), interrupted);
                for (int i = 0; i < group.size(); i++) {
                    results[group.get(i).index] = result(group.get(i), partition, outcomes.get(i));
                }
            } catch (Problem problem) {
                group.forEach(candidate -> results[candidate.index] = new UsageResult.Rejected(problem));
            }
        });
    }

    private CompletableFuture<List<UsageLog.Appended>> begin(int partition, List<Candidate> group) {
        try {
            return log.append(partition, group.stream().map(candidate -> candidate.usage).toList());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private UsageResult result(Candidate candidate, int partition, UsageLog.Appended outcome) {
        Origin origin = candidate.usage.origin();
        if (outcome instanceof UsageLog.Appended.Accepted accepted) {
            return new UsageResult.Accepted(Locations.of(origin, partition, accepted.position()));
        }
        return new UsageResult.Rejected(UsageJudge.tooLate(candidate.usage.event(), origin.end(),
                ((UsageLog.Appended.TooLate) outcome).logTime(), lateness));
    }

    private boolean interrupted(CompletableFuture<Void> appends) {
        try {
            wait.await(appends);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static List<UsageLog.Appended> outcomes(CompletableFuture<List<UsageLog.Appended>> append,
            boolean interrupted) {
        if (!append.isDone()) {
            throw interrupted ? unknown("stopping", "The collector is stopping")
                    : unknown("append_timeout", "The log did not answer in time");
        }
        try {
            return append.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() instanceof CompletionException wrapped
                    && wrapped.getCause() != null ? wrapped.getCause() : e.getCause();
            if (cause instanceof LogUnavailableException unavailable) {
                throw Problem.unavailable(unavailable.code(), unavailable.getMessage(), unavailable.retryAfter());
            }
            if (cause instanceof StoreException) {
                throw unknown("store_unavailable", "The store cannot answer now");
            }
            FAILURES.write(held -> LOG.error("append failed ({} more since the last such line)", held, cause));
            throw Problem.of(500, "broken", "Quipu failed to store the usage; it is safe to send it again");
        }
    }

    /** What was sent may have been stored or not: the marks settle it. */
    private static Problem unknown(String code, String reason) {
        return Problem.unavailable(code, reason + "; send the usage again, if it was stored it counts once", RETRY_AFTER);
    }
}
