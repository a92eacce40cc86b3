package io.quipu.collector.catalog;

import io.quipu.common.web.Problem;
import io.quipu.common.web.Violations;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Which type a resource has, and which plans a resource type's plans are mapped to. Thread-safe. */
public final class Provisioning {

    private final CatalogStore store;
    private final Resolutions resolutions;

    Provisioning(CatalogStore store, Resolutions resolutions) {
        this.store = store;
        this.resolutions = resolutions;
    }

    /**
     * Maps a resource type's plan to a plan of the catalog, once.
     *
     * @throws Problem 400 {@code invalid} when a name is too long; 404 {@code plan_not_found}; 409 {@code
     *     mapping_exists}, whatever it is mapped to
     */
    public void map(PlanKind kind, String resourceType, String planName, String planId) {
        Members.checkIdOrThrow("resource_type", resourceType);
        Members.checkIdOrThrow("plan_name", planName);
        if (store.read(CatalogKey.plan(kind, planId)).isEmpty()) {
            throw Plans.missing(kind, planId);
        }
        CatalogKey<KnownType> known = CatalogKey.knownType(resourceType);
        if (store.read(known).isEmpty()) {
            // false when another one was faster: just as well
            store.insert(known, new KnownType(CatalogDocument.FORMAT, resourceType));
        }
        Mapping mapping = new Mapping(CatalogDocument.FORMAT, kind.id(), resourceType, planName, planId);
        if (!store.insert(CatalogKey.mapping(kind, resourceType, planName), mapping)) {
            throw Problem.of(409, "mapping_exists", "The " + kind.id() + " plan of " + resourceType + " " + planName
                    + " is mapped already");
        }
        resolutions.changed();
    }

    /** The plan that a resource type's plan is mapped to. */
    public Optional<String> planId(PlanKind kind, String resourceType, String planName) {
        return store.read(CatalogKey.mapping(kind, resourceType, planName)).map(read -> read.document().planId());
    }

    /** The type of a resource: its own id, unless another one was set. */
    public String type(String resourceId) {
        return store.read(CatalogKey.resource(resourceId)).map(read -> read.document().type()).orElse(resourceId);
    }

    /**
     * Sets the type of a resource.
     *
     * @param type a JSON string
     * @throws Problem 400 {@code invalid} when it is none, or too long
     */
    public void setType(String resourceId, JsonNode type) {
        Members.checkIdOrThrow("resource_id", resourceId);
        if (!type.isString()) {
            Violations violations = new Violations();
            violations.add("", "type", "must be a string");
            violations.orThrow("The resource type is not valid");
        }
        Members.checkIdOrThrow("", type.stringValue());
        CatalogKey<ResourceType> key = CatalogKey.resource(resourceId);
        ResourceType document = new ResourceType(CatalogDocument.FORMAT, resourceId, type.stringValue());
        for (int attempt = 0; attempt < CatalogStore.MAX_ATTEMPTS; attempt++) {
            if (store.put(key, store.read(key), document)) {
                resolutions.changed();
                return;
            }
        }
        throw CatalogStore.contended("the type of " + resourceId);
    }

    /**
     * Answers when a resource's plan can be metered.
     *
     * @throws Problem 404 {@code mapping_not_found} or {@code plan_not_found}
     */
    public void validate(String resourceId, String planName) {
        String type = type(resourceId);
        String planId = planId(PlanKind.METERING, type, planName).orElseThrow(() -> Problem.of(404, "mapping_not_found",
                "The plan " + planName + " of " + type + " has no metering plan").with("error", "Mapping not found."));
        if (store.read(CatalogKey.plan(PlanKind.METERING, planId)).isEmpty()) {
            throw Plans.missing(PlanKind.METERING, planId);
        }
    }
}
