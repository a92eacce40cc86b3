package io.quipu.common.store.couchbase;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.couchbase.client.core.error.AmbiguousTimeoutException;
import com.couchbase.client.core.error.CouchbaseException;
import com.couchbase.client.core.error.DurabilityAmbiguousException;
import com.couchbase.client.core.error.DurabilityImpossibleException;
import com.couchbase.client.core.error.DurableWriteInProgressException;
import com.couchbase.client.core.error.RequestCanceledException;
import com.couchbase.client.core.error.TemporaryFailureException;
import com.couchbase.client.core.error.UnambiguousTimeoutException;
import com.couchbase.client.core.msg.CancellationReason;
import com.couchbase.client.java.Cluster;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.Outcome;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.StoreMetrics;
import io.quipu.common.store.Write;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.data.couchbase.CouchbaseClientFactory;
import org.springframework.data.couchbase.SimpleCouchbaseClientFactory;

/** What the store makes of answers that do not come, or say something else than done or not. */
class LostAnswersTest {

    private static ProtocolCluster server;
    private static Cluster cluster;

    private LossyCollection collection;
    private DocumentStore store;

    @BeforeAll
    static void startServer() throws Exception {
        server = ProtocolCluster.start();
        cluster = ProtocolCluster.connect(server.connectionString());
    }

    @AfterAll
    static void stopServer() {
        cluster.disconnect();
        server.close();
    }

    @BeforeEach
    void open() {
        server.empty();
        CouchbaseClientFactory factory = new SimpleCouchbaseClientFactory(cluster, ProtocolCluster.BUCKET, null);
        collection = new LossyCollection(factory.getCollection(CouchbaseSettings.DEFAULT).async());
        store = CouchbaseStore.open(collection.factory(factory), Settings.of("collector"), Clock.systemUTC(),
                new StoreMetrics(new SimpleMeterRegistry()));
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** Failures after which a write may have been done. */
    static Stream<CouchbaseException> ambiguous() {
        return Stream.of(new AmbiguousTimeoutException("timed out", null), new DurabilityAmbiguousException(null),
                new RequestCanceledException("cancelled", CancellationReason.TARGET_NODE_REMOVED, null));
    }

    /** Failures that say that nothing was done. */
    static Stream<CouchbaseException> unambiguous() {
        return Stream.of(new TemporaryFailureException(null), new UnambiguousTimeoutException("timed out", null),
                new DurabilityImpossibleException(null), new DurableWriteInProgressException(null), new CouchbaseException("anything else"));
    }

    /** Operations of that name are done, and their answers lost. */
    private void done(String operation, CouchbaseException failure) {
        collection.fate(new LossyCollection.Fate() {
            @Override
            public <T> CompletableFuture<T> of(String asked, String key, Supplier<CompletableFuture<T>> itself) {
                return asked.equals(operation) ? itself.get().thenCompose(answer -> CompletableFuture.failedFuture(failure)) : itself.get();
            }
        });
    }

    /** Operations of that name are not done; after each, something else may happen. */
    private void notDone(String operation, CouchbaseException failure, Runnable meanwhile) {
        collection.fate(new LossyCollection.Fate() {
            @Override
            public <T> CompletableFuture<T> of(String asked, String key, Supplier<CompletableFuture<T>> itself) {
                if (!asked.equals(operation)) {
                    return itself.get();
                }
                meanwhile.run();
                return CompletableFuture.failedFuture(failure);
            }
        });
    }

    private static Write.Insert insert(String key, String content) {
        return new Write.Insert(key, content.getBytes(UTF_8));
    }

    private static Write.Replace replace(String key, long version, String content) {
        return new Write.Replace(key, version, content.getBytes(UTF_8));
    }

    @ParameterizedTest
    @MethodSource("ambiguous")
    void insertThatWasDoneIsFoundAndAnsweredWithItsVersion(CouchbaseException failure) {
        done("insert", failure);

        Outcome outcome = store.write(insert("a", "one"));

        assertThat(outcome.written()).isTrue();
        Document found = store.get("a").orElseThrow();
        assertThat(found.version()).isEqualTo(outcome.version());
        assertThat(collection.begun()).containsExactly("insert a", "get a", "get a");
        assertThat(store.failure()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("ambiguous")
    void insertThatIsNotFoundHasNoKnownOutcomeSinceItMayYetArrive(CouchbaseException failure) {
        notDone("insert", failure, () -> { });

        assertThatThrownBy(() -> store.write(insert("a", "one"))).isInstanceOf(StoreException.class).hasMessageContaining("unknown");
        assertThat(store.failure()).isPresent();
    }

    @Test
    void insertInWhosePlaceAnotherIsFoundHasNoKnownOutcome() {
        notDone("insert", new AmbiguousTimeoutException("timed out", null), () -> collection.real().insert("a", "another").join());

        assertThatThrownBy(() -> store.write(insert("a", "one"))).isInstanceOf(StoreException.class).hasMessageContaining("unknown");
    }

    @ParameterizedTest
    @MethodSource("ambiguous")
    void replacementThatWasDoneIsFoundAndAnsweredWithItsVersion(CouchbaseException failure) {
        long version = store.write(insert("a", "one")).version();
        done("replace", failure);

        Outcome outcome = store.write(replace("a", version, "two"));

        assertThat(outcome).isEqualTo(Outcome.written(store.get("a").orElseThrow().version()));
        assertThat(outcome.version()).isNotEqualTo(version);
    }

    @ParameterizedTest
    @MethodSource("ambiguous")
    void replacementByTheSameContentIsNotFoundInTheOldDocument(CouchbaseException failure) {
        long version = store.write(insert("a", "one")).version();
        notDone("replace", failure, () -> { });

        assertThatThrownBy(() -> store.write(replace("a", version, "one"))).isInstanceOf(StoreException.class).hasMessageContaining("unknown");
    }

    @ParameterizedTest
    @MethodSource("ambiguous")
    void absenceDoesNotSayWhoRemoved(CouchbaseException failure) {
        long version = store.write(insert("a", "one")).version();
        done("remove", failure);

        assertThatThrownBy(() -> store.write(new Write.Remove("a", version))).isInstanceOf(StoreException.class)
                .hasMessageContaining("unknown");
        assertThat(store.get("a")).isEmpty();
    }

    @Test
    void lostAnswerAmongOthersIsLookedForAlone() {
        store.write(insert("taken", "one"));
        collection.fate(new LossyCollection.Fate() {
            @Override
            public <T> CompletableFuture<T> of(String asked, String key, Supplier<CompletableFuture<T>> itself) {
                return key.equals("b") && asked.equals("insert")
                        ? itself.get().thenCompose(answer -> CompletableFuture.failedFuture(new AmbiguousTimeoutException("timed out", null)))
                        : itself.get();
            }
        });

        List<Outcome> outcomes = store.write(List.of(insert("a", "1"), insert("taken", "2"), insert("b", "3")));

        assertThat(outcomes.stream().map(Outcome::written)).containsExactly(true, false, true);
        assertThat(collection.begun().stream().filter(operation -> operation.startsWith("get"))).containsExactly("get b");
    }

    @Test
    void failureOfTheSearchLeavesTheOutcomeUnknown() {
        collection.fate(new LossyCollection.Fate() {
            @Override
            public <T> CompletableFuture<T> of(String asked, String key, Supplier<CompletableFuture<T>> itself) {
                return CompletableFuture.failedFuture(asked.equals("get") ? new UnambiguousTimeoutException("timed out", null)
                        : new AmbiguousTimeoutException("timed out", null));
            }
        });

        assertThatThrownBy(() -> store.write(insert("a", "one"))).isInstanceOf(StoreException.class).hasMessageContaining("unknown");
    }

    @ParameterizedTest
    @MethodSource("unambiguous")
    void whatWasCertainlyNotDoneIsNotLookedFor(CouchbaseException failure) {
        notDone("insert", failure, () -> { });

        assertThatThrownBy(() -> store.write(insert("a", "one"))).isInstanceOf(StoreException.class).hasMessageStartingWith("not written");
        assertThat(collection.begun()).containsExactly("insert a");
        assertThat(store.get("a")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource({"ambiguous", "unambiguous"})
    void readThatFailsIsAStoreException(CouchbaseException failure) {
        notDone("get", failure, () -> { });

        assertThatThrownBy(() -> store.get("a")).isInstanceOf(StoreException.class).hasMessageContaining("could not be read").hasCause(failure);
        assertThat(store.failure()).isPresent();
    }

    @Test
    void whatTheClientThrowsAtOnceIsAStoreExceptionToo() {
        collection.fate(new LossyCollection.Fate() {
            @Override
            public <T> CompletableFuture<T> of(String asked, String key, Supplier<CompletableFuture<T>> itself) {
                throw new IllegalStateException("a bug of the client");
            }
        });

        assertThatThrownBy(() -> store.get("a")).isInstanceOf(StoreException.class).hasMessageContaining("a bug of the client");
        assertThatThrownBy(() -> store.write(insert("a", "one"))).isInstanceOf(StoreException.class);
    }

    @Test
    void afterTheFirstFailureTheRestOfACallIsNotSent() {
        notDone("get", new UnambiguousTimeoutException("timed out", null), () -> { });
        List<String> keys = IntStream.range(0, 1_000).mapToObj(i -> "k" + i).toList();

        assertThatThrownBy(() -> store.get(keys)).isInstanceOf(StoreException.class);
        assertThat(collection.begun()).hasSize(1);
    }

    @Test
    void noMoreThanSoManyWaitForTheClusterAtTheSameTime() {
        AtomicInteger waiting = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        collection.fate(new LossyCollection.Fate() {
            @Override
            public <T> CompletableFuture<T> of(String asked, String key, Supplier<CompletableFuture<T>> itself) {
                most.accumulateAndGet(waiting.incrementAndGet(), Math::max);
                return itself.get().whenComplete((answer, failure) -> waiting.decrementAndGet());
            }
        });

        store.write(IntStream.range(0, 5_000).<Write>mapToObj(i -> insert("k" + i, "v")).toList());

        assertThat(most.get()).isBetween(2, Settings.MAX_IN_FLIGHT);
    }
}
