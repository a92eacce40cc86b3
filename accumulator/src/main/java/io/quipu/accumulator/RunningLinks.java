package io.quipu.accumulator;

import io.quipu.common.stage.DocumentSet;
import io.quipu.common.stage.LinkPages;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.usage.Keys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Leads from nothing to the resources that ever had a timeline, and from those and from organizations to each other. Thread-safe.
 */
final class RunningLinks {

    private final LinkPages<String> resources;
    private final LinkPages<OrganizationLink> organizations;

    RunningLinks(DocumentStore store) {
        this.resources = new LinkPages<>(store, String.class);
        this.organizations = new LinkPages<>(store, OrganizationLink.class);
    }

    /**
     * An organization and the partition of its usage.
     *
     * @param organizationId the organization
     * @param partition the partition
     */
    record OrganizationLink(String organizationId, int partition) {
    }

    /**
     * A resource in an organization.
     *
     * @param organization the organization
     * @param resourceId the resource
     */
    record Place(OrganizationLink organization, String resourceId) {

        Set<String> markers() {
            return Set.of(Keys.runningLinked(resourceId), Keys.runningLinked(organization.organizationId(), resourceId));
        }
    }

    /**
     * Says that something stands on its pages.
     *
     * @param version the format
     * @param organizationId the organization; null of a resource alone
     * @param resourceId the resource
     */
    private record Linked(int version, String organizationId, String resourceId) {
        private static final int VERSION = 1;
    }

    /**
     * Puts on their pages what has no marker.
     *
     * @param read has read the markers
     * @return the missing markers, to be written after the pages
     */
    Map<String, Object> append(Set<Place> places, DocumentSet read) {
        Map<String, Object> markers = new LinkedHashMap<>();
        Set<String> added = new LinkedHashSet<>();
        Map<String, List<OrganizationLink>> addedOrganizations = new LinkedHashMap<>();
        Map<String, List<String>> addedResources = new LinkedHashMap<>();
        for (Place place : places) {
            String resourceId = place.resourceId();
            String organizationId = place.organization().organizationId();
            String known = Keys.runningLinked(resourceId);
            if (!read.contains(known) && markers.put(known, new Linked(Linked.VERSION, null, resourceId)) == null) {
                added.add(resourceId);
            }
            String knownThere = Keys.runningLinked(organizationId, resourceId);
            if (!read.contains(knownThere)) {
                markers.put(knownThere, new Linked(Linked.VERSION, organizationId, resourceId));
                addedOrganizations.computeIfAbsent(resourceId, id -> new ArrayList<>()).add(place.organization());
                addedResources.computeIfAbsent(organizationId, id -> new ArrayList<>()).add(resourceId);
            }
        }
        List<LinkPages.Added<String>> links = new ArrayList<>();
        if (!added.isEmpty()) {
            links.add(new LinkPages.Added<>(Keys::runningResources, List.copyOf(added)));
        }
        addedResources.forEach((organizationId, ids) ->
                links.add(new LinkPages.Added<>(page -> Keys.runningResources(organizationId, page), ids)));
        resources.append(links);
        organizations.append(addedOrganizations.entrySet().stream().map(of -> new LinkPages.Added<>(
                page -> Keys.runningOrganizations(of.getKey(), page), of.getValue())).toList());
        return markers;
    }

    /** Reads the resources that ever had a timeline; one may come twice. */
    void resources(Consumer<List<String>> reader) {
        resources.read(Keys::runningResources, reader);
    }

    /** The resources that ever had a timeline in an organization, oldest first. */
    List<String> resourcesOf(String organizationId) {
        Set<String> found = new LinkedHashSet<>();
        resources.read(page -> Keys.runningResources(organizationId, page), found::addAll);
        return List.copyOf(found);
    }

    /** Reads the organizations in which a resource ever had a timeline; one may come twice. */
    void organizationsOf(String resourceId, Consumer<List<OrganizationLink>> reader) {
        organizations.read(page -> Keys.runningOrganizations(resourceId, page), reader);
    }
}
