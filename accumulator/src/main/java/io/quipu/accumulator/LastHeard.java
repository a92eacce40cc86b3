package io.quipu.accumulator;

import io.quipu.common.stage.DocumentSet;
import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.usage.Keys;
import io.quipu.common.wire.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Remembers of each resource when something of it that stands in a timeline was accepted last, to within {@link #PRECISION}: written
 * once in that time at the most. Thread-safe.
 */
final class LastHeard {

    /** By how much what is remembered may be too old, milliseconds of log time. */
    static final long PRECISION = 60_000;

    private static final int MAX_KNOWN = 10_000;

    private final DocumentStore store;
    private final Map<String, Long> known = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_KNOWN;
        }
    });

    LastHeard(DocumentStore store) {
        this.store = store;
    }

    /**
     * What is remembered of a resource.
     *
     * @param version the format
     * @param resourceId the resource
     * @param acceptedAt log time, milliseconds since the epoch
     */
    private record Heard(int version, String resourceId, long acceptedAt) {

        private static final int VERSION = 1;

        private Heard {
            if (version > VERSION) {
                throw new IllegalStateException("document of when " + resourceId + " was heard has format " + version
                        + ", this release knows " + VERSION);
            }
        }
    }

    /**
     * What has to be written because of a batch, by key.
     *
     * @param accepted when something was accepted last, by resource
     * @param documents reads what is to be replaced
     */
    Map<String, Object> due(Map<String, Long> accepted, DocumentSet documents) {
        Map<String, Long> news = new LinkedHashMap<>();
        accepted.forEach((resource, time) -> {
            if (isNews(known.get(resource), time)) {
                news.put(resource, time);
            }
        });
        if (news.isEmpty()) {
            return Map.of();
        }
        documents.read(news.keySet().stream().map(Keys::heard).toList());
        Map<String, Object> due = new LinkedHashMap<>();
        news.forEach((resource, time) -> {
            Optional<Heard> before = documents.find(Keys.heard(resource), Heard.class);
            if (isNews(before.map(Heard::acceptedAt).orElse(null), time)) {
                due.put(Keys.heard(resource), new Heard(Heard.VERSION, resource, time));
            } else {
                known.put(resource, before.get().acceptedAt());
            }
        });
        return due;
    }

    /**
     * Writes what others have written in between, unless they have heard about the same: of another partition, which may be
     * further behind, another instance may have heard something older.
     *
     * @param accepted as it was {@link #due}
     * @param conflicts the keys of what was not written
     */
    void again(Map<String, Long> accepted, Set<String> conflicts, DocumentSet documents) {
        Map<String, Long> lost = new LinkedHashMap<>(accepted);
        lost.keySet().removeIf(resource -> !conflicts.contains(Keys.heard(resource)));
        while (!lost.isEmpty()) {
            Set<String> still = documents.write(due(lost, documents));
            lost.keySet().removeIf(resource -> !still.contains(Keys.heard(resource)));
        }
    }

    private static boolean isNews(Long before, long time) {
        return before == null || time >= before + PRECISION;
    }

    /** When something of each of some resources was accepted last; without those of which nothing is remembered. */
    Map<String, Long> read(Collection<String> resources) {
        List<String> distinct = resources.stream().distinct().toList();
        Map<String, Long> heard = new LinkedHashMap<>();
        for (int from = 0; from < distinct.size(); from += DocumentStore.MAX_BATCH) {
            List<String> part = distinct.subList(from, Math.min(distinct.size(), from + DocumentStore.MAX_BATCH));
            List<Optional<Document>> found = new ArrayList<>(store.get(part.stream().map(Keys::heard).toList()));
            for (int i = 0; i < part.size(); i++) {
                String resource = part.get(i);
                found.get(i).map(document -> Json.read(document.content(), Heard.class))
                        .filter(document -> document.resourceId().equals(resource))
                        .ifPresent(document -> heard.put(resource, document.acceptedAt()));
            }
        }
        return heard;
    }
}
