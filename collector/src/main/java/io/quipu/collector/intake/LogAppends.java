package io.quipu.collector.intake;

import io.quipu.collector.log.LogUnavailableException;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.UsageLog;
import io.quipu.common.log.SparingLog;
import io.quipu.common.store.StoreException;
import io.quipu.common.web.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Appends to partitions of the log, and says when it is durable, or refused, in each of them. Thread-safe. */
final class LogAppends {

    private static final Logger LOG = LoggerFactory.getLogger(LogAppends.class);
    private static final SparingLog FAILURES = new SparingLog(System::nanoTime);

    /** When to send again what was refused for a reason that should pass. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final UsageLog log;
    private final AppendWait wait;

    LogAppends(UsageLog log, AppendWait wait) {
        this.log = log;
        this.wait = wait;
    }

    /** What became of what was appended to one partition. */
    sealed interface Outcome {

        /**
         * Each usage is durable, or too late.
         *
         * @param appended in the order of the usages
         */
        record Settled(List<UsageLog.Appended> appended) implements Outcome {
        }

        /**
         * None is known to be durable.
         *
         * @param problem why
         */
        record Refused(Problem problem) implements Outcome {
        }
    }

    /**
     * What is being appended, by partition.
     *
     * @param appends in the order of the partitions
     * @param done when all are, successfully or not
     */
    record Begun(SortedMap<Integer, CompletableFuture<List<UsageLog.Appended>>> appends, CompletableFuture<Void> done) {

        /** What became of each by now, by partition. */
        Map<Integer, Outcome> outcomes() {
            return outcomes(false);
        }

        private Map<Integer, Outcome> outcomes(boolean interrupted) {
            Map<Integer, Outcome> outcomes = new TreeMap<>();
            appends.forEach((partition, append) -> {
                try {
                    outcomes.put(partition, new Outcome.Settled(appended(append, interrupted)));
                } catch (Problem problem) {
                    outcomes.put(partition, new Outcome.Refused(problem));
                }
            });
            return outcomes;
        }
    }

    /** Begins to append usages, by partition. */
    Begun begin(Map<Integer, List<LoggedUsage>> usages) {
        SortedMap<Integer, CompletableFuture<List<UsageLog.Appended>>> appends = new TreeMap<>();
        usages.forEach((partition, those) -> appends.put(partition, begin(partition, those)));
        return new Begun(appends, CompletableFuture.allOf(appends.values().toArray(CompletableFuture<?>[]::new))
                .handle((all, failure) -> null));
    }

    /** Waits for what has begun; what became of it, by partition. */
    Map<Integer, Outcome> await(Begun begun) {
        return begun.outcomes(interrupted(begun.done()));
    }

    private CompletableFuture<List<UsageLog.Appended>> begin(int partition, List<LoggedUsage> usages) {
        try {
            return log.append(partition, usages);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
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

    private static List<UsageLog.Appended> appended(CompletableFuture<List<UsageLog.Appended>> append,
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
