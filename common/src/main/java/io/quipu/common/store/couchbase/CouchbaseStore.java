package io.quipu.common.store.couchbase;

import com.couchbase.client.core.config.ClusterConfig;
import com.couchbase.client.core.msg.kv.DurabilityLevel;
import com.couchbase.client.core.topology.ClusterTopologyWithBucket;
import com.couchbase.client.core.topology.CouchbaseBucketTopology;
import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.Limits;
import io.quipu.common.store.Outcome;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.Write;
import io.quipu.common.store.couchbase.Pipeline.Answer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.springframework.data.couchbase.CouchbaseClientFactory;

/**
 * Documents in one collection of a Couchbase cluster, shared by all instances of a service. Key-value operations only, those of one call
 * under way at the same time; documents are stored as the plain JSON that they are.
 *
 * <ul>
 *   <li>Versions are Couchbase's CAS values, which never repeat for a key.</li>
 *   <li>A document goes in the second in which its time to live is over, by the cluster's clock: up to a second later than asked for. One
 *       that is written with a time to live that is over by this process's clock is gone at once.</li>
 *   <li>A write whose answer was lost is looked for: if the document has its content and a version that it had not before, it was written. If
 *       not, its outcome is unknown: a document that is still the old one proves nothing, since the request may yet arrive. So
 *       writers who must be told apart write contents that differ.</li>
 *   <li>A call fails after one time-out, or two if it looked for what it wrote. Whatever the client throws comes as
 *       {@link StoreException}.</li>
 * </ul>
 *
 * A cluster that is away when the service starts is waited for, for a while; then the service starts without, answers what needs
 * no store, and gets to work when the cluster answers. Nothing is read or written before the collection is known to be this service's.
 */
public final class CouchbaseStore implements DocumentStore {

    private static final int NANOS_PER_MILLI = 1_000_000;

    private final CouchbaseClientFactory factory;
    private final CouchbaseSettings settings;
    private final StoreMetrics metrics;
    private final Operations operations;
    private final Pipeline pipeline;
    private final Claim claim;
    private final Availability availability;
    private volatile boolean closed;

    private CouchbaseStore(CouchbaseClientFactory factory, CouchbaseSettings settings, Clock clock, StoreMetrics metrics) {
        this.factory = factory;
        this.settings = settings;
        this.metrics = metrics;
        this.operations = new Operations(factory.getCollection(settings.collection()).async(), settings.timeout(), clock);
        this.pipeline = new Pipeline(settings.maxInFlight(), settings.timeout());
        this.claim = new Claim(factory, settings, this::durability);
        this.availability = new Availability(settings.place(), claim::check, settings.timeout().multipliedBy(2), System::nanoTime);
    }

    /**
     * Opens the store of a service.
     *
     * @param factory of the bucket and scope; stays open when the store is closed
     * @param settings which collection, and how
     * @param clock judges what has expired before it is written
     * @throws ForeignCollectionException when the collection holds another service's documents
     */
    public static CouchbaseStore open(CouchbaseClientFactory factory, CouchbaseSettings settings, Clock clock, StoreMetrics metrics) {
        CouchbaseStore store = new CouchbaseStore(factory, settings, clock, metrics);
        store.awaitCluster();
        store.availability.start();
        return store;
    }

    private void awaitCluster() {
        long begun = System.nanoTime();
        while (!claim.held()) {
            try {
                claim.check();
            } catch (ForeignCollectionException e) {
                throw e;
            } catch (StoreException e) {
                availability.failed(e.getMessage());
                if (System.nanoTime() - begun >= settings.startPatience().toNanos() || !pause()) {
                    return;
                }
            }
        }
        availability.succeeded();
    }

    private static boolean pause() {
        try {
            Thread.sleep(Availability.TRY_INTERVAL.toNanos() / NANOS_PER_MILLI);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public List<Optional<Document>> get(List<String> keys) {
        Limits.keysToRead(keys);
        requireUsable();
        long begun = metrics.now();
        List<Answer<Optional<Document>>> answers = pipeline.run(keys.size(), i -> 0, i -> operations.get(keys.get(i)));
        List<Optional<Document>> documents = new ArrayList<>(keys.size());
        for (Answer<Optional<Document>> answer : answers) {
            if (answer.failure() != null) {
                throw failed("the documents could not be read: ", answer.failure());
            }
            documents.add(answer.value());
        }
        requireAll(answers.size(), keys.size());
        availability.succeeded();
        metrics.read(keys.size());
        metrics.readSince(begun);
        return documents;
    }

    @Override
    public List<Outcome> write(List<Write> writes) {
        Limits.keysToWrite(writes);
        requireUsable();
        long begun = metrics.now();
        DurabilityLevel durability = durability();
        List<Answer<Outcome>> answers = pipeline.run(writes.size(), i -> Limits.contentLength(writes.get(i)),
                i -> operations.write(writes.get(i), durability));
        if (answers.size() == writes.size()) {
            answers = lookedFor(writes, answers);
        }
        count(writes, answers);
        List<Outcome> outcomes = new ArrayList<>(writes.size());
        for (Answer<Outcome> answer : answers) {
            if (answer.failure() != null) {
                throw failed(Failures.ambiguous(answer.failure()) ? "the outcome of this write is unknown: " : "not written: ", answer.failure());
            }
            outcomes.add(answer.value());
        }
        requireAll(answers.size(), writes.size());
        availability.succeeded();
        metrics.writtenSince(begun);
        return outcomes;
    }

    /** The answers, with those of writes that were found to be done where there were none; the same if that would not settle the call. */
    private List<Answer<Outcome>> lookedFor(List<Write> writes, List<Answer<Outcome>> answers) {
        List<Integer> open = IntStream.range(0, answers.size()).filter(i -> answers.get(i).failure() != null).boxed().toList();
        if (open.isEmpty() || !open.stream().allMatch(i -> Failures.ambiguous(answers.get(i).failure())
                && !(writes.get(i) instanceof Write.Remove))) {
            return answers;
        }
        List<Answer<Optional<Document>>> found = pipeline.run(open.size(), i -> 0, i -> operations.get(writes.get(open.get(i)).key()));
        List<Answer<Outcome>> settled = new ArrayList<>(answers);
        for (int i = 0; i < found.size(); i++) {
            Write write = writes.get(open.get(i));
            Optional<Document> document = found.get(i).failure() == null ? found.get(i).value() : Optional.empty();
            if (document.isPresent() && isOf(write, document.get())) {
                settled.set(open.get(i), new Answer<>(Outcome.written(document.get().version()), null));
            }
        }
        return settled;
    }

    /** Whether a document is what the write would have made of it, and was not that before. */
    private static boolean isOf(Write write, Document document) {
        if (write instanceof Write.Replace replace) {
            return document.version() != replace.version() && Arrays.equals(document.content(), replace.content());
        }
        return Arrays.equals(document.content(), ((Write.Insert) write).content());
    }

    private void count(List<Write> writes, List<Answer<Outcome>> answers) {
        int written = 0;
        int inserts = 0;
        int others = 0;
        long bytes = 0;
        for (int i = 0; i < answers.size(); i++) {
            Outcome outcome = answers.get(i).value();
            if (outcome != null && outcome.written()) {
                written++;
                bytes += Limits.keyLength(writes.get(i).key()) + Limits.contentLength(writes.get(i));
            } else if (outcome != null && writes.get(i) instanceof Write.Insert) {
                inserts++;
            } else if (outcome != null) {
                others++;
            }
        }
        metrics.wrote(written, bytes);
        metrics.conflicted(inserts, others);
    }

    /** As configured, by what the bucket is like now; none before that is known. */
    DurabilityLevel durability() {
        ClusterConfig known = factory.getCluster().core().clusterConfig();
        ClusterTopologyWithBucket topology = known.bucketTopology(settings.bucket());
        return settings.durability().level(
                topology != null && topology.bucket() instanceof CouchbaseBucketTopology bucket ? bucket.numberOfReplicas() : 0);
    }

    private void requireUsable() {
        if (closed) {
            throw new StoreException("the store is closed");
        }
        if (!claim.held()) {
            throw new StoreException(settings.place() + ", has not answered since this service was started: "
                    + availability.failure().orElse("it is being tried"));
        }
    }

    private void requireAll(int answered, int asked) {
        if (answered < asked) {
            throw failed("", new StoreException("more than quipu.couchbase.max-in-flight=" + settings.maxInFlight()
                    + " operations, or too many bytes, wait for Couchbase; the rest of this call was not sent"));
        }
    }

    private StoreException failed(String what, Throwable cause) {
        if (closed) {
            return new StoreException("the store is closed", cause);
        }
        String reason = cause instanceof StoreException ? cause.getMessage() : Failures.describe(cause);
        availability.failed(reason);
        return new StoreException(what + reason, cause);
    }

    @Override
    public Optional<String> failure() {
        return availability.failure();
    }

    @Override
    public void close() {
        closed = true;
        availability.close();
        pipeline.drain();
    }
}
