package io.quipu.common.store.couchbase;

import com.couchbase.client.core.error.CasMismatchException;
import com.couchbase.client.core.error.DocumentExistsException;
import com.couchbase.client.core.error.DocumentNotFoundException;
import com.couchbase.client.core.msg.kv.DurabilityLevel;
import com.couchbase.client.java.AsyncCollection;
import com.couchbase.client.java.codec.RawJsonTranscoder;
import com.couchbase.client.java.kv.GetOptions;
import com.couchbase.client.java.kv.InsertOptions;
import com.couchbase.client.java.kv.MutationResult;
import com.couchbase.client.java.kv.RemoveOptions;
import com.couchbase.client.java.kv.ReplaceOptions;
import io.quipu.common.store.Document;
import io.quipu.common.store.Outcome;
import io.quipu.common.store.Write;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The port's operations as those of the client, one document each. A condition that did not hold is an outcome; whatever else goes wrong
 * is a failure of the future, as the client has it.
 */
final class Operations {

    /** Before this, Couchbase takes a time for a duration. Long over, so what goes then is gone at once, however clocks differ. */
    static final Instant EARLIEST_EXPIRY = Instant.ofEpochSecond(31L * 24 * 60 * 60);

    /** What goes after this is kept for ever: Couchbase has 32 bits for the second. */
    static final Instant LATEST_EXPIRY = Instant.ofEpochSecond(0xffff_ffffL);

    /** Stands for no condition in the protocol. */
    private static final long ANY_VERSION = 0;

    private static final long MILLIS = 1_000;

    private final AsyncCollection collection;
    private final Duration timeout;
    private final Clock clock;

    Operations(AsyncCollection collection, Duration timeout, Clock clock) {
        this.collection = collection;
        this.timeout = timeout;
        this.clock = clock;
    }

    /** The document, if there is one. */
    CompletableFuture<Optional<Document>> get(String key) {
        return collection.get(key, GetOptions.getOptions().transcoder(RawJsonTranscoder.INSTANCE).timeout(timeout))
                .handle((found, failure) -> {
                    if (failure == null) {
                        return Optional.of(new Document(key, found.cas(), found.contentAsBytes()));
                    }
                    if (Failures.unwrapped(failure) instanceof DocumentNotFoundException) {
                        return Optional.empty();
                    }
                    throw thrown(failure);
                });
    }

    /** What became of the write. */
    CompletableFuture<Outcome> write(Write write, DurabilityLevel durability) {
        if (write instanceof Write.Insert insert) {
            InsertOptions options = InsertOptions.insertOptions().transcoder(RawJsonTranscoder.INSTANCE).durability(durability).timeout(timeout);
            expiry(insert.expiresAt()).ifPresent(options::expiry);
            return outcome(collection.insert(insert.key(), insert.content(), options), false);
        }
        long version = write instanceof Write.Replace replace ? replace.version() : ((Write.Remove) write).version();
        if (version == ANY_VERSION || version == Outcome.NO_VERSION) {
            return CompletableFuture.completedFuture(Outcome.CONFLICT);
        }
        if (write instanceof Write.Replace replace) {
            ReplaceOptions options = ReplaceOptions.replaceOptions().transcoder(RawJsonTranscoder.INSTANCE).cas(version).durability(durability)
                    .timeout(timeout);
            expiry(replace.expiresAt()).ifPresent(options::expiry);
            return outcome(collection.replace(replace.key(), replace.content(), options), false);
        }
        return outcome(collection.remove(write.key(), RemoveOptions.removeOptions().cas(version).durability(durability).timeout(timeout)), true);
    }

    /** When Couchbase is to forget it: never before it has expired, and less than a second after. */
    private Optional<Instant> expiry(long expiresAt) {
        if (expiresAt == Write.NEVER) {
            return Optional.empty();
        }
        if (expiresAt <= clock.millis()) {
            return Optional.of(EARLIEST_EXPIRY);
        }
        Instant second = Instant.ofEpochSecond(-Math.floorDiv(-expiresAt, MILLIS));
        if (second.isAfter(LATEST_EXPIRY)) {
            return Optional.empty();
        }
        return Optional.of(second.isBefore(EARLIEST_EXPIRY) ? EARLIEST_EXPIRY : second);
    }

    private static CompletableFuture<Outcome> outcome(CompletableFuture<MutationResult> mutation, boolean removal) {
        return mutation.handle((done, failure) -> {
            if (failure == null) {
                return removal ? Outcome.REMOVED : Outcome.written(done.cas());
            }
            Throwable cause = Failures.unwrapped(failure);
            if (cause instanceof DocumentExistsException || cause instanceof CasMismatchException
                    || cause instanceof DocumentNotFoundException) {
                return Outcome.CONFLICT;
            }
            throw thrown(cause);
        });
    }

    private static CompletionException thrown(Throwable failure) {
        return failure instanceof CompletionException completion ? completion : new CompletionException(failure);
    }
}
