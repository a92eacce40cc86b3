package io.quipu.collector.intake;

import io.quipu.collector.log.DedupMark;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.Outcome;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.Write;
import io.quipu.common.wire.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The dedup marks in memory; the intake only reads, so a write is a failure of the test. */
public final class FakeMarks implements DocumentStore {

    private final Map<String, byte[]> documents = new ConcurrentHashMap<>();
    private volatile boolean away;
    private volatile int calls;

    @Override
    public List<Optional<Document>> get(List<String> keys) {
        calls++;
        if (away) {
            throw new StoreException("away");
        }
        return keys.stream().map(key -> Optional.ofNullable(documents.get(key))
                .map(content -> new Document(key, 1, content))).toList();
    }

    @Override
    public List<Outcome> write(List<Write> writes) {
        throw new AssertionError("the intake wrote " + writes);
    }

    @Override
    public void close() {
        documents.clear();
    }

    /** What the driver does once it has passed the usage. */
    public void mark(LoggedUsage usage, long position) {
        documents.put(DedupMark.key(usage),
                Json.write(new DedupMark(DedupMark.VERSION, position, DedupMark.content(usage))));
    }

    void put(String key, String content) {
        documents.put(key, content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    public void away(boolean is) {
        away = is;
    }

    int calls() {
        return calls;
    }
}
