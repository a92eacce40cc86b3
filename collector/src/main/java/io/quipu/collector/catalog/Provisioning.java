package io.quipu.collector.catalog;

import io.quipu.common.web.Problem;
import io.quipu.common.web.Violations;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Which type a resource has, and which plans a resource type's plans are mapped to. Thread-safe. */
public final class Provisioning {

    private static final String RESOURCE_ID = "resource_id";
    private static final String PLAN_ID = "plan_id";
    private static final Set<String> ALL =
            Members.names(RESOURCE_ID, PLAN_ID, "metering_plan", "rating_plan", "pricing_plan");

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
        know(resourceType);
        if (!insert(kind, resourceType, planName, planId)) {
            throw Problem.of(409, "mapping_exists", "The " + kind.id() + " plan of " + resourceType + " " + planName
                    + " is mapped already");
        }
        resolutions.changed();
    }

    /**
     * Maps the plan of a resource's type to a plan of each kind, as far as it is not mapped yet: like every mapping, those that
     * there are stay as they are, whatever they say.
     *
     * @param body {@code resource_id}, {@code plan_id}, {@code metering_plan}, {@code rating_plan} and {@code pricing_plan}
     * @return what is mapped now
     * @throws Problem 400 {@code invalid} with all violations, plans that do not exist among them; 409 {@code mapping_exists}
     *     when all three were mapped already, to whatever plans
     */
    public Mapped mapAll(JsonNode body) {
        Violations violations = new Violations();
        Map<String, String> ids = new HashMap<>();
        Members.of(body, violations).ifPresent(members -> {
            members.allow(ALL);
            for (String name : ALL) {
                members.require(name);
                members.id(name, PlanDefinition.MAX_ID_LENGTH).ifPresent(id -> ids.put(name, id));
            }
            for (PlanKind kind : PlanKind.values()) {
                String planId = ids.get(member(kind));
                if (planId != null && store.read(CatalogKey.plan(kind, planId)).isEmpty()) {
                    members.note(member(kind), "plan_not_found", "there is no " + kind.id() + " plan "
                            + Members.shown(planId));
                }
            }
        });
        violations.orThrow("The mapping is not valid");
        String type = type(ids.get(RESOURCE_ID));
        String planName = ids.get(PLAN_ID);
        know(type);
        boolean inserted = false;
        try {
            for (PlanKind kind : PlanKind.values()) {
                inserted |= insert(kind, type, planName, ids.get(member(kind)));
            }
        } finally {
            // some may be mapped already
            resolutions.changed();
        }
        if (!inserted) {
            throw Problem.of(409, "mapping_exists", "The metering, rating and pricing plans of " + type + " " + planName
                    + " are mapped already");
        }
        return new Mapped(type, planName, mapped(PlanKind.METERING, type, planName), mapped(PlanKind.RATING, type, planName),
                mapped(PlanKind.PRICING, type, planName));
    }

    /**
     * What the plan of a resource type is mapped to.
     *
     * @param resourceType the type
     * @param planId the provider's name of the plan
     * @param meteringPlan the metering plan
     * @param ratingPlan the rating plan
     * @param pricingPlan the pricing plan
     */
    public record Mapped(String resourceType, String planId, String meteringPlan, String ratingPlan, String pricingPlan) {
    }

    private static String member(PlanKind kind) {
        return kind.id() + "_plan";
    }

    private String mapped(PlanKind kind, String resourceType, String planName) {
        return planId(kind, resourceType, planName).orElseThrow(
                () -> new IllegalStateException("the mapping of " + resourceType + " " + planName + " is gone"));
    }

    private void know(String resourceType) {
        CatalogKey<KnownType> known = CatalogKey.knownType(resourceType);
        if (store.read(known).isEmpty()) {
            // false when another one was faster: just as well
            store.insert(known, new KnownType(CatalogDocument.FORMAT, resourceType));
        }
    }

    private boolean insert(PlanKind kind, String resourceType, String planName, String planId) {
        return store.insert(CatalogKey.mapping(kind, resourceType, planName),
                new Mapping(CatalogDocument.FORMAT, kind.id(), resourceType, planName, planId));
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
