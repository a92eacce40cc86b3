package io.quipu.accumulator;

import io.quipu.accumulator.domain.Course;
import io.quipu.accumulator.domain.Timeline;
import io.quipu.accumulator.domain.TimelineKey;
import io.quipu.accumulator.domain.TimelineMonths;
import io.quipu.common.store.Document;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.usage.Keys;
import io.quipu.common.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Reads the timelines of what may run, some at a time. Thread-safe. */
final class RunningTimelines {

    /** Timelines read in one call: each may have some thousand entries. */
    static final int TIMELINES_PER_READ = 200;

    /** Pages of the index read in one call. */
    static final int PAGES_PER_READ = 16;

    private static final String ENTRIES = ",\"entries\":[";
    private static final String AFTER_ENTRIES = "],\"months\":[";

    private final DocumentStore store;

    RunningTimelines(DocumentStore store) {
        this.store = store;
    }

    /**
     * Reads the timelines of some instances that have one.
     *
     * @param keys the keys of their documents
     * @param reader told each; says whether to go on
     * @return whether all were read
     */
    boolean read(List<String> keys, Predicate<Course> reader) {
        for (int from = 0; from < keys.size(); from += TIMELINES_PER_READ) {
            List<String> part = keys.subList(from, Math.min(keys.size(), from + TIMELINES_PER_READ));
            List<Optional<Document>> found = store.get(part);
            for (int i = 0; i < part.size(); i++) {
                if (found.get(i).isPresent() && !reader.test(course(part.get(i), found.get(i).get()))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** What a document tells that was read by that key. */
    static Course course(String key, Document document) {
        Course course = Course.of(Json.read(document.content(), Timeline.class));
        check(course.key(), key);
        return course;
    }

    /** The same of its months. */
    static TimelineMonths months(String key, Document document) {
        TimelineMonths read = Json.read(withoutEntries(document.content()), TimelineMonths.class);
        TimelineMonths months = read.months() != null ? read : TimelineMonths.of(Json.read(document.content(), Timeline.class));
        check(months.key(), key);
        return months;
    }

    /**
     * The document with what stands in its entries cut out, which even to pass over would take most of the time: a timeline may have
     * thousands. Where they begin and end is found as it is written: no string has quotation marks that are not escaped, so none
     * contains what is looked for, and nothing else in a timeline has such members after such characters. The document itself where it is
     * written otherwise.
     */
    private static byte[] withoutEntries(byte[] document) {
        String json = new String(document, StandardCharsets.ISO_8859_1);
        int from = json.indexOf(ENTRIES) + ENTRIES.length();
        int to = json.lastIndexOf(AFTER_ENTRIES);
        return from < ENTRIES.length() || to < from ? document
                : (json.substring(0, from) + json.substring(to)).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void check(TimelineKey timeline, String key) {
        if (!timeline.document().equals(key)) {
            throw new IllegalStateException("another document has the key " + key + " of a timeline");
        }
    }

    /**
     * The timelines of all instances of a resource in an organization that may run.
     *
     * @param reader told each; says whether to go on
     * @return whether all were read
     */
    boolean readAll(String organizationId, String resourceId, Predicate<Course> reader) {
        for (int from = 0; from < RunningIndex.PAGES; from += PAGES_PER_READ) {
            for (Optional<RunningPageDocument> page : pages(organizationId, resourceId, from)) {
                if (page.isPresent() && !read(page.get(), reader)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The timelines of the members of a page. */
    boolean read(RunningPageDocument page, Predicate<Course> reader) {
        return read(page.members().stream().map(RunningPageDocument.Member::timeline).toList(), reader);
    }

    /** As many pages from one on as one call reads, fewer at the end. */
    List<Optional<RunningPageDocument>> pages(String organizationId, String resourceId, int from) {
        List<String> keys = IntStream.range(from, Math.min(RunningIndex.PAGES, from + PAGES_PER_READ))
                .mapToObj(page -> Keys.runningPage(organizationId, resourceId, page)).toList();
        return store.get(keys).stream().map(page -> page.map(document ->
                Json.read(document.content(), RunningPageDocument.class)).map(read -> checked(read, organizationId, resourceId)))
                .toList();
    }

    private static RunningPageDocument checked(RunningPageDocument page, String organizationId, String resourceId) {
        if (!page.organizationId().equals(organizationId) || !page.resourceId().equals(resourceId)) {
            throw new IllegalStateException("another document has the key of a page of what runs of " + resourceId + " in "
                    + organizationId);
        }
        return page;
    }
}
