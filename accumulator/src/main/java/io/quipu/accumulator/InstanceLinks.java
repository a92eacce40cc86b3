package io.quipu.accumulator;

import io.quipu.accumulator.domain.InstanceKey;
import io.quipu.common.stage.DocumentSet;
import io.quipu.common.stage.LinkPages;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Keys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The pages of consumers that lead to their instances. An instance stands there before its first document is written, and a marker
 * says so, that it is put there once. Thread-safe.
 */
final class InstanceLinks {

    private final LinkPages<InstanceLink> pages;

    InstanceLinks(DocumentStore store) {
        this.pages = new LinkPages<>(store, InstanceLink.class);
    }

    /**
     * Puts instances that are new on their consumer's pages, before their first document.
     *
     * @param instances by the key of a document of theirs that is to be written
     * @param documents what was read; those that are there tell which instances are known
     * @return the markers that say so, to be written after the pages
     */
    Map<String, Object> add(Map<String, InstanceKey> instances, DocumentSet documents) {
        Map<String, InstanceKey> unknown = new LinkedHashMap<>();
        instances.forEach((document, instance) -> {
            if (!documents.contains(document)) {
                unknown.put(instance.linked(), instance);
            }
        });
        if (unknown.isEmpty()) {
            return Map.of();
        }
        documents.read(unknown.keySet());
        Map<Consumer, List<InstanceLink>> added = new LinkedHashMap<>();
        Map<String, Object> markers = new LinkedHashMap<>();
        unknown.forEach((marker, instance) -> {
            if (!documents.contains(marker)) {
                added.computeIfAbsent(instance.consumer(), consumer -> new ArrayList<>()).add(InstanceLink.of(instance));
                markers.put(marker, new Linked(Linked.VERSION, instance));
            }
        });
        pages.append(added.entrySet().stream().map(of ->
                new LinkPages.Added<>(page -> Keys.instancePage(of.getKey(), page), of.getValue())).toList());
        return markers;
    }

    /**
     * The marker of an instance that stands on a page of its consumer.
     *
     * @param version the format
     * @param instance the instance
     */
    private record Linked(int version, InstanceKey instance) {
        private static final int VERSION = 1;
    }
}
