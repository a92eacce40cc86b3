package io.quipu.common.stage;

import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.store.Outcome;
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

    /** Pages read in one call at most: of a parent one, since most have no more, then twice as many each time. */
    private static final int READ_AHEAD = 16;

    /** Parents that one call to the store is about. */
    private static final int PARENTS_AT_ONCE = 100;

    private static final int MAX_HINTS = 100_000;

    /** The format that this release writes. */
    private static final int VERSION = 1;

    private final DocumentStore store;
    private final JavaType pageType;
    private final Map<String, Long> hints = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
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

    /**
     * Links to be put on the pages of a parent.
     *
     * @param pageKey makes the key of the page of that number
     * @param links the links, at least one; one that is there already is there twice then
     */
    public record Added<E>(LongFunction<String> pageKey, List<E> links) {
    }

    /**
     * Appends links of any number of different parents, a page of each of up to a hundred in one call to the store; returns once
     * all of them are durable.
     */
    public void append(List<Added<E>> added) {
        for (int from = 0; from < added.size(); from += PARENTS_AT_ONCE) {
            List<Added<E>> open = added.subList(from, Math.min(added.size(), from + PARENTS_AT_ONCE));
            while (!open.isEmpty()) {
                open = appendPages(open);
            }
        }
    }

    /** Appends what fits on one page of each parent; what is left of all. */
    private List<Added<E>> appendPages(List<Added<E>> open) {
        List<LastPage> pages = lastPages(open);
        List<Write> writes = new ArrayList<>(open.size());
        List<List<E>> rests = new ArrayList<>(open.size());
        for (int i = 0; i < open.size(); i++) {
            Optional<Document> last = pages.get(i).document();
            List<E> page = new ArrayList<>(last.map(this::links).orElse(List.of()));
            long number = pages.get(i).number();
            if (page.size() >= PAGE_SIZE) {
                number++;
                last = Optional.empty();
                page.clear();
            }
            List<E> links = open.get(i).links();
            int fitting = Math.min(PAGE_SIZE - page.size(), links.size());
            page.addAll(links.subList(0, fitting));
            rests.add(links.subList(fitting, links.size()));
            String key = open.get(i).pageKey().apply(number);
            byte[] content = Json.write(new Page<>(VERSION, page));
            writes.add(last.isPresent() ? new Write.Replace(key, last.get().version(), content)
                    : new Write.Insert(key, content));
            hints.put(open.get(i).pageKey().apply(0), number);
        }
        List<Outcome> outcomes = store.write(writes);
        List<Added<E>> left = new ArrayList<>();
        for (int i = 0; i < open.size(); i++) {
            List<E> rest = outcomes.get(i).written() ? rests.get(i) : open.get(i).links();
            if (!rest.isEmpty()) {
                left.add(new Added<>(open.get(i).pageKey(), rest));
            }
        }
        return left;
    }

    /** Reads all links, page by page; a link may come twice. */
    public void read(LongFunction<String> pageKey, Consumer<List<E>> reader) {
        // a page is begun when the one before it is full: after one that is not there is none
        long from = 0;
        for (int ahead = 1;; ahead = Math.min(2 * ahead, READ_AHEAD)) {
            List<Optional<Document>> pages = store.get(LongStream.range(from, from + ahead).mapToObj(pageKey).toList());
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
            from += ahead;
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

    /**
     * A last page: the last that exists, or the one to be begun.
     *
     * @param number its number
     * @param document it, if it exists
     */
    private record LastPage(long number, Optional<Document> document) {
    }

    /** The last page of each parent: in one read, if they are where they are expected. */
    private List<LastPage> lastPages(List<Added<E>> parents) {
        List<Long> expected = parents.stream().map(parent -> hints.getOrDefault(parent.pageKey().apply(0), 0L)).toList();
        List<String> keys = new ArrayList<>(2 * parents.size());
        for (int i = 0; i < parents.size(); i++) {
            keys.add(parents.get(i).pageKey().apply(expected.get(i)));
            keys.add(parents.get(i).pageKey().apply(expected.get(i) + 1));
        }
        List<Optional<Document>> found = store.get(keys);
        List<LastPage> pages = new ArrayList<>(parents.size());
        for (int i = 0; i < parents.size(); i++) {
            pages.add(found.get(2 * i + 1).isEmpty() ? new LastPage(expected.get(i), found.get(2 * i))
                    : search(parents.get(i).pageKey(), expected.get(i) + 1));
        }
        return pages;
    }

    /** The last page that exists: gallops up from one that does, then halves the gap. */
    private LastPage search(LongFunction<String> pageKey, long from) {
        long low = from;
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
        return new LastPage(low, store.get(pageKey.apply(low)));
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
