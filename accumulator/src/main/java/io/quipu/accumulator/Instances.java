package io.quipu.accumulator;

import io.quipu.accumulator.domain.InstanceKey;
import io.quipu.common.stage.LinkPages;
import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.time.Window;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Keys;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the instances of consumers for reports. Thread-safe. */
public final class Instances {

    /** Documents read in one call to the store. */
    private static final int KEYS_PER_READ = 500;

    private final DocumentStore store;
    private final LinkPages<InstanceLink> links;

    /** Instances of a store. */
    public Instances(DocumentStore store) {
        this.store = store;
        this.links = new LinkPages<>(store, InstanceLink.class);
    }

    /**
     * Reads all instances of some consumers that have one of the windows, each with those documents: {@link InstanceWindow}s
     * as they are stored, since who asks reads them anyway, and compares their ids.
     *
     * @param consumers at most {@link DocumentStore#MAX_BATCH}
     */
    public void read(List<Consumer> consumers, List<Window> windows, java.util.function.Consumer<List<byte[]>> reader) {
        List<Optional<List<InstanceLink>>> single = links.readSingle(
                consumers.stream().map(consumer -> Keys.instancePage(consumer, 0)).toList());
        DocumentKeys keys = new DocumentKeys(windows, reader);
        for (int i = 0; i < consumers.size(); i++) {
            Consumer consumer = consumers.get(i);
            Set<InstanceLink> seen = new HashSet<>();
            java.util.function.Consumer<List<InstanceLink>> page = found -> found.stream().filter(seen::add)
                    .forEach(link -> keys.add(link.key(consumer)));
            single.get(i).ifPresentOrElse(page, () -> links.read(number -> Keys.instancePage(consumer, number), page));
        }
        keys.read();
    }

    /** Collects the keys of instances and reads their documents as many at a time as one call may. */
    private final class DocumentKeys {

        private final List<Window> windows;
        private final java.util.function.Consumer<List<byte[]>> reader;
        private final List<String> keys = new ArrayList<>();

        private DocumentKeys(List<Window> windows, java.util.function.Consumer<List<byte[]>> reader) {
            this.windows = windows;
            this.reader = reader;
        }

        private void add(InstanceKey instance) {
            keys.addAll(instance.documents(windows));
            if (keys.size() + windows.size() > KEYS_PER_READ) {
                read();
            }
        }

        private void read() {
            List<Optional<Document>> found = store.get(keys);
            keys.clear();
            for (int from = 0; from < found.size(); from += windows.size()) {
                List<byte[]> documents = new ArrayList<>(windows.size());
                for (Optional<Document> document : found.subList(from, from + windows.size())) {
                    document.ifPresent(present -> documents.add(present.content()));
                }
                if (!documents.isEmpty()) {
                    reader.accept(documents);
                }
            }
        }
    }
}
