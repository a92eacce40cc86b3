package io.quipu.common.stage;

import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.Write;
import io.quipu.common.wire.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import tools.jackson.databind.JavaType;

/**
 * Numbered pages of at most {@link #PAGE_SIZE} links, from a parent to what it leads to: so a parent's document never
 * grows with its children. Pages have no holes; a crash may leave a link on two of them, so readers deduplicate.
 *
 * <p>Thread-safe. What is known of the last page is only a hint and found again after a restart, in a number of reads that
 * grows with the logarithm of the number of pages.
 *
 * @param <E> what identifies a child
 */
public final class LinkPages<E> {

    /** Links on one page. */
    public static final int PAGE_SIZE = 100;

    /** Pages read in one call. */
    private static final int READ_AHEAD = 16;

    private static final int MAX_HINTS = 100_000;

    /** The format that this release writes. */
    private static final int VERSION = 1;

    private final DocumentStore store;
    private final JavaType pageType;
    private final Map<String, Long> lastPages = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_HINTS;
        }
    });

    /** Pages of links of that type. */
    public LinkPages(DocumentStore store, Class<E> type) {
        this.store = store;
        this.pageType = Json.shared().getTypeFactory().constructParametricType(Page.class, type);
    }

    /** Appends links; returns once they are durable. {@code pageKey} makes the key of the page of that number. */
    public void append(LongFunction<String> pageKey, List<E> links) {
        List<E> rest = links;
        while (!rest.isEmpty()) {
            long number = lastPage(pageKey);
            Optional<Document> document = store.get(pageKey.apply(number));
            List<E> page = new ArrayList<>(document.map(this::links).orElse(List.of()));
            int room = PAGE_SIZE - page.size();
            if (room == 0) {
                number++;
                document = store.get(pageKey.apply(number));
                page = new ArrayList<>(document.map(this::links).orElse(List.of()));
                room = PAGE_SIZE - page.size();
            }
            List<E> fitting = rest.subList(0, Math.min(room, rest.size()));
            page.addAll(fitting);
            byte[] content = Json.write(new Page<>(VERSION, page));
            String key = pageKey.apply(number);
            Write write = document.isPresent() ? new Write.Replace(key, document.get().version(), content)
                    : new Write.Insert(key, content);
            lastPages.put(pageKey.apply(0), number);
            if (store.write(write).written()) {
                rest = rest.subList(fitting.size(), rest.size());
            }
        }
    }

    /** Reads all links, page by page; a link may come twice. */
    public void read(LongFunction<String> pageKey, Consumer<List<E>> reader) {
        // a page is begun when the one before it is full: after one that is not there is none
        for (long from = 0;; from += READ_AHEAD) {
            List<Optional<Document>> pages = store.get(
                    LongStream.range(from, from + READ_AHEAD).mapToObj(pageKey).toList());
            for (Optional<Document> page : pages) {
                if (page.isEmpty()) {
                    return;
                }
                List<E> links = links(page.get());
                reader.accept(links);
                if (links.size() < PAGE_SIZE) {
                    return;
                }
            }
        }
    }

    /**
     * The links of some parents that have one page or none, in one call, as most instances' consumers have: the list of a
     * parent is empty when it has none, and absent when it may have more than a page, which {@link #read} then reads.
     *
     * @param firstPages the keys of their first pages, at most {@link DocumentStore#MAX_BATCH}
     */
    public List<Optional<List<E>>> readSingle(List<String> firstPages) {
        return store.get(firstPages).stream()
                .map(page -> page.map(this::links).orElse(List.of()))
                .map(links -> links.size() < PAGE_SIZE ? Optional.of(links) : Optional.<List<E>>empty())
                .toList();
    }

    /** The last page that exists, or 0: gallops up from the hint, then halves the gap. */
    private long lastPage(LongFunction<String> pageKey) {
        long low = lastPages.getOrDefault(pageKey.apply(0), 0L);
        long step = 1;
        while (exists(pageKey, low + step)) {
            low += step;
            step *= 2;
        }
        while (step > 1) {
            step /= 2;
            if (exists(pageKey, low + step)) {
                low += step;
            }
        }
        return low;
    }

    private boolean exists(LongFunction<String> pageKey, long page) {
        return store.get(pageKey.apply(page)).isPresent();
    }

    private List<E> links(Document document) {
        Page<E> page = Json.shared().readValue(document.content(), pageType);
        if (page.version() > VERSION) {
            throw new IllegalStateException(document.key() + " has format " + page.version() + ", this release knows "
                    + VERSION);
        }
        return page.links();
    }

    /**
     * A stored page.
     *
     * @param version the format
     * @param links the links, oldest first
     */
    record Page<E>(int version, List<E> links) {
    }
}
