package io.quipu.reporting.source;

import io.quipu.common.totals.InstanceLevels;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.usage.PlanPath;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the accumulator tells of a resource instance under one plan path.
 *
 * @param documents its documents of the windows asked for, those that exist
 * @param levels its levels, or null
 */
public record InstanceDocuments(List<InstanceWindow> documents, InstanceLevels levels) {

    /** Copies the list. */
    public InstanceDocuments {
        documents = List.copyOf(documents);
    }

    /** Whether nothing is told. */
    public boolean isEmpty() {
        return documents.isEmpty() && levels == null;
    }

    /** The consumer. */
    public String consumerId() {
        return levels == null ? documents.get(0).consumerId() : levels.consumerId();
    }

    /** The resource. */
    public String resourceId() {
        return levels == null ? documents.get(0).resourceId() : levels.plan().resourceId();
    }

    /** The instance. */
    public String resourceInstanceId() {
        return levels == null ? documents.get(0).resourceInstanceId() : levels.resourceInstanceId();
    }

    /** The plan path. */
    public PlanPath path() {
        return levels == null ? documents.get(0).path() : levels.plan().path();
    }

    /** Without documents that show nothing: in which all usage was rejected, or of which nothing has come. Empty without any other. */
    public Optional<InstanceDocuments> shown() {
        return Optional.of(new InstanceDocuments(documents.stream()
                .filter(document -> document.plan() != null && !document.undone()).toList(), levels))
                .filter(shown -> !shown.isEmpty());
    }

    /** The ids of the plan versions that its documents and levels name. */
    public Stream<String> plans() {
        return Stream.concat(documents.stream().map(InstanceWindow::plan), Stream.ofNullable(levels).map(told -> told.plan().plan()));
    }
}
