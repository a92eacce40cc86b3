package io.quipu.common.store.couchbase;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.couchbase.client.java.Cluster;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.DocumentStoreContract;
import io.quipu.common.store.StoreMetrics;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.data.couchbase.SimpleCouchbaseClientFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.couchbase.BucketDefinition;
import org.testcontainers.couchbase.CouchbaseContainer;
import org.testcontainers.couchbase.CouchbaseService;

/**
 * The contract against a real Couchbase, wherever there is Docker to run one; says in the output whether there was. Each test has a
 * collection of its own, and documents expire in real time.
 */
class RealCouchbaseTest {

    private static final String IMAGE = "couchbase/server:community-7.6.2";
    private static final Duration READY = Duration.ofMinutes(2);

    private static final AtomicInteger COLLECTIONS = new AtomicInteger();
    private static CouchbaseContainer container;
    private static Cluster cluster;

    @AfterAll
    static void stop() {
        if (container != null) {
            cluster.disconnect();
            container.stop();
        }
    }

    @TestFactory
    Stream<DynamicTest> contract() {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            System.out.println("[couchbase] no Docker here: the contract has run against a server of Couchbase's protocol only");
            return Stream.of(dynamicTest("there is no Docker here", () -> { }));
        }
        container = new CouchbaseContainer(IMAGE).withEnabledServices(CouchbaseService.KV)
                .withBucket(new BucketDefinition(ProtocolCluster.BUCKET));
        container.start();
        cluster = Cluster.connect(container.getConnectionString(), container.getUsername(), container.getPassword());
        cluster.bucket(ProtocolCluster.BUCKET).waitUntilReady(READY);
        System.out.println("[couchbase] the contract runs against " + IMAGE + " at " + container.getConnectionString());
        return Arrays.stream(DocumentStoreContract.class.getDeclaredMethods()).filter(method -> method.isAnnotationPresent(Test.class))
                .map(method -> dynamicTest(method.getName(), () -> run(method)));
    }

    private static void run(Method test) throws Exception {
        OnRealCouchbase contract = new OnRealCouchbase();
        Method before = annotated(BeforeEach.class);
        Method after = annotated(AfterEach.class);
        try {
            invoke(before, contract);
            invoke(test, contract);
        } finally {
            invoke(after, contract);
        }
    }

    private static Method annotated(Class<? extends Annotation> annotation) {
        return Arrays.stream(DocumentStoreContract.class.getDeclaredMethods()).filter(method -> method.isAnnotationPresent(annotation))
                .findFirst().orElseThrow();
    }

    private static void invoke(Method method, Object contract) throws Exception {
        method.setAccessible(true);
        try {
            method.invoke(contract);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        }
    }

    /** Run by hand, test by test, so that nothing is reported as skipped where there is no Docker. */
    static final class OnRealCouchbase extends DocumentStoreContract {

        private static final long SECOND = 1_000;
        private static final int LAST_TICK = 35;

        private final long began = System.currentTimeMillis() / SECOND * SECOND;

        @Override
        protected DocumentStore open(Clock clock, StoreMetrics metrics) {
            String collection = "contract-" + COLLECTIONS.incrementAndGet();
            cluster.bucket(ProtocolCluster.BUCKET).collections().createCollection(CouchbaseSettings.DEFAULT, collection);
            CouchbaseSettings settings = new CouchbaseSettings("collector", ProtocolCluster.BUCKET, CouchbaseSettings.DEFAULT, collection,
                    Durability.AUTO, Settings.TIMEOUT, Settings.MAX_IN_FLIGHT, READY);
            return CouchbaseStore.open(new SimpleCouchbaseClientFactory(cluster, ProtocolCluster.BUCKET, null), settings, clock, metrics);
        }

        @Override
        protected long start() {
            return began;
        }

        @Override
        protected long tick() {
            return SECOND;
        }

        /** Here time passes by itself. */
        @Override
        protected void passTo(long time) throws Exception {
            Thread.sleep(Math.max(0, time + SECOND / 10 - System.currentTimeMillis()));
            clock.set(time);
        }

        @Override
        protected long end() {
            return began + LAST_TICK * SECOND;
        }
    }
}
