package io.quipu.common.store.couchbase;

import com.couchbase.client.core.error.AmbiguousTimeoutException;
import com.couchbase.client.core.error.CouchbaseException;
import com.couchbase.client.core.error.DurabilityAmbiguousException;
import com.couchbase.client.core.error.DurabilityImpossibleException;
import com.couchbase.client.core.error.RequestCanceledException;
import com.couchbase.client.core.error.TimeoutException;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;

/** What the client's exceptions mean for a write, and how to say them in one line. */
final class Failures {

    private static final int MAX_CAUSES = 10;

    private Failures() {
    }

    /** What a future failed with, without what futures wrap it in. */
    static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Whether a write that failed so may have been done, or may still be: the request had left when its answer was given up. */
    static boolean ambiguous(Throwable failure) {
        return failure instanceof AmbiguousTimeoutException || failure instanceof DurabilityAmbiguousException
                || failure instanceof RequestCanceledException;
    }

    /** In one line, without the details of each request that the client's own messages carry. */
    static String describe(Throwable failure) {
        CouchbaseException cause = ofTheClient(failure);
        if (cause == null) {
            return failure.getClass().getSimpleName() + ": " + firstLine(failure.getMessage());
        }
        String name = cause.getClass().getSimpleName();
        if (cause instanceof TimeoutException timeout) {
            Set<String> reasons = new TreeSet<>();
            // else there are none to be had
            if (timeout.context() != null && timeout.context().requestContext() != null) {
                timeout.retryReasons().forEach(reason -> reasons.add(reason.toString()));
            }
            return "no answer in time (" + name + (reasons.isEmpty() ? "" : ", tried again because of " + String.join(", ", reasons)) + ")";
        }
        if (cause instanceof DurabilityImpossibleException) {
            return "too few nodes of the bucket are up for the durability that quipu.couchbase.durability asks for, or it has more than two"
                    + " replicas, with which Couchbase supports none (" + name + ")";
        }
        return name + ": " + firstLine(cause.getMessage());
    }

    private static CouchbaseException ofTheClient(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
            if (cause instanceof CouchbaseException found) {
                return found;
            }
            cause = cause.getCause();
        }
        return null;
    }

    private static String firstLine(String message) {
        if (message == null) {
            return "no reason given";
        }
        String line = message.lines().findFirst().orElse("");
        int context = line.indexOf(" {");
        return context < 0 ? line : line.substring(0, context);
    }
}
