package io.quipu.common.store.couchbase;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.couchbase.client.java.AsyncCollection;
import com.couchbase.client.java.Collection;
import com.couchbase.client.java.kv.GetOptions;
import com.couchbase.client.java.kv.InsertOptions;
import com.couchbase.client.java.kv.RemoveOptions;
import com.couchbase.client.java.kv.ReplaceOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.springframework.data.couchbase.CouchbaseClientFactory;

/**
 * A collection whose operations fare as a test decides: they are done, or not, and answered, or not. The client's own, but for that; the
 * mark of the collection is written beside it.
 */
final class LossyCollection {

    /** Decides on an operation. */
    @FunctionalInterface
    interface Fate {
        /** What the store is answered; the operation is done if and when it is begun. */
        <T> CompletableFuture<T> of(String operation, String key, Supplier<CompletableFuture<T>> operationItself);
    }

    /** All is done and answered. */
    static final Fate NONE = new Fate() {
        @Override
        public <T> CompletableFuture<T> of(String operation, String key, Supplier<CompletableFuture<T>> itself) {
            return itself.get();
        }
    };

    private final AsyncCollection real;
    private final AsyncCollection lossy = mock(AsyncCollection.class);
    private final List<String> begun = new ArrayList<>();
    private volatile Fate fate = NONE;

    LossyCollection(AsyncCollection real) {
        this.real = real;
        when(lossy.get(any(), any(GetOptions.class))).thenAnswer(call ->
                decide("get", call.getArgument(0), () -> real.get(call.getArgument(0), call.getArgument(1, GetOptions.class))));
        when(lossy.insert(any(), any(), any(InsertOptions.class))).thenAnswer(call -> decide("insert", call.getArgument(0),
                () -> real.insert(call.getArgument(0), call.getArgument(1), call.getArgument(2, InsertOptions.class))));
        when(lossy.replace(any(), any(), any(ReplaceOptions.class))).thenAnswer(call -> decide("replace", call.getArgument(0),
                () -> real.replace(call.getArgument(0), call.getArgument(1), call.getArgument(2, ReplaceOptions.class))));
        when(lossy.remove(any(), any(RemoveOptions.class))).thenAnswer(call -> decide("remove", call.getArgument(0),
                () -> real.remove(call.getArgument(0), call.getArgument(1, RemoveOptions.class))));
    }

    private <T> CompletableFuture<T> decide(String operation, String key, Supplier<CompletableFuture<T>> itself) {
        synchronized (begun) {
            begun.add(operation + " " + key);
        }
        return fate.of(operation, key, itself);
    }

    void fate(Fate decided) {
        fate = decided;
    }

    /** What was asked for so far, as {@code get a}. */
    List<String> begun() {
        synchronized (begun) {
            return List.copyOf(begun);
        }
    }

    /** A factory whose one collection this is. */
    CouchbaseClientFactory factory(CouchbaseClientFactory real) {
        Collection collection = mock(Collection.class);
        when(collection.async()).thenReturn(lossy);
        CouchbaseClientFactory factory = mock(CouchbaseClientFactory.class, call -> call.getMethod().invoke(real, call.getArguments()));
        // the mark takes its own way through Spring Data, which asks for a scope first
        doReturn(collection).when(factory).getCollection(any());
        return factory;
    }

    AsyncCollection real() {
        return real;
    }
}
