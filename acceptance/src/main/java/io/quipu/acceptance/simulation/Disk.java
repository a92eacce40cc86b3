package io.quipu.acceptance.simulation;

import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.Outcome;
import io.quipu.common.store.Write;
import io.quipu.common.store.memory.InMemoryStore;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a service has stored durably: outlives its processes. Every write that takes effect is looked at. */
final class Disk {

    /** Looks at what is written. */
    interface Observer {

        /** A write has taken effect. */
        void written(String service, Write write, Optional<Document> before);
    }

    private final String service;
    private final DocumentStore documents;
    private final Observer observer;
    private final Map<String, Long> firstWritten = new HashMap<>();
    private long written;

    Disk(String service, Clock clock, Observer observer) {
        this.service = service;
        this.documents = new InMemoryStore(clock);
        this.observer = observer;
    }

    String service() {
        return service;
    }

    List<Optional<Document>> get(List<String> keys) {
        return documents.get(keys);
    }

    Optional<Document> get(String key) {
        return documents.get(key);
    }

    List<Outcome> write(List<Write> writes) {
        List<Optional<Document>> before = documents.get(writes.stream().map(Write::key).toList());
        List<Outcome> outcomes = documents.write(writes);
        for (int i = 0; i < writes.size(); i++) {
            if (outcomes.get(i).written()) {
                firstWritten.putIfAbsent(writes.get(i).key(), ++written);
                observer.written(service, writes.get(i), before.get(i));
            }
        }
        return outcomes;
    }

    /** How many writes have taken effect. */
    long written() {
        return written;
    }

    /** Whether a key was among the first so many writes. */
    boolean wasWritten(String key, long writes) {
        return firstWritten.getOrDefault(key, Long.MAX_VALUE) <= writes;
    }

    /** The documents themselves, for whoever reads them when all is over. */
    DocumentStore documents() {
        return documents;
    }
}
