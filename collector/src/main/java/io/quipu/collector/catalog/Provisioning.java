package io.quipu.collector.catalog;

import io.quipu.common.web.Problem;
import io.quipu.common.web.Violations;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Which type a resource has, and which plans a resource type's plans are mapped to: as we were told, or as {@link Plugins} say.
 * Thread-safe.
 */
public final class Provisioning {

    /** The member of a problem in which Abacus says what is missing, and how it says that a resource has no type. */
    static final String ERROR = "error";
    static final String NO_TYPE = "ertnotfound";

    private static final List<PlanKind> KINDS = List.of(PlanKind.values());
    private static final String RESOURCE_ID = "resource_id";
    private static final String PLAN_ID = "plan_id";
    private static final Set<String> ALL =
            Members.names(RESOURCE_ID, PLAN_ID, "metering_plan", "rating_plan", "pricing_plan");

    private final CatalogStore store;
    private final Resolutions resolutions;
    private final Plans plans;
    private final Plugins plugins;
    private final Clock clock;

    Provisioning(CatalogStore store, Resolutions resolutions, Plans plans, Plugins plugins, Clock clock) {
        this.store = store;
        this.resolutions = resolutions;
        this.plans = plans;
        this.plugins = plugins;
        this.clock = clock;
    }

    /**
     * Maps a resource type's plan to a plan of the catalog, once.
     *
     * @throws Problem 400 {@code invalid} when a name is too long; 404 {@code plan_not_found}; 409 {@code
     *     mapping_exists}, whatever it is mapped to; 501 {@code kept_by_plugin}
     */
    public void map(PlanKind kind, String resourceType, String planName, String planId) {
        checkMappings();
        Members.checkIdOrThrow("resource_type", resourceType);
        Members.checkIdOrThrow("plan_name", planName);
        if (plans.find(kind, planId).isEmpty()) {
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
     *     when all three were mapped already, to whatever plans; 501 {@code kept_by_plugin}
     */
    public Mapped mapAll(JsonNode body) {
        checkMappings();
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
                if (planId != null && plans.find(kind, planId).isEmpty()) {
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

    private void checkMappings() {
        if (plugins.accounts().isPresent()) {
            throw Plugin.ACCOUNTS.keeps("Mappings");
        }
    }

    /**
     * The plan that a resource type's plan is mapped to.
     *
     * @throws Problem 501 {@code kept_by_plugin} where the mappings are not ours
     */
    public Optional<String> planId(PlanKind kind, String resourceType, String planName) {
        checkMappings();
        return store.read(CatalogKey.mapping(kind, resourceType, planName)).map(read -> read.document().planId());
    }

    /**
     * The plans that an organization's usage of a resource type's plan is metered, rated and priced by now, by {@link PlanKind}.
     *
     * @throws Problem 503 {@code account_unavailable}
     */
    public List<Optional<String>> planIds(String organizationId, String resourceType, String planName) {
        if (plugins.accounts().isEmpty()) {
            return store.read(KINDS.stream().map(kind -> CatalogKey.mapping(kind, resourceType, planName)).toList()).stream()
                    .map(read -> read.map(found -> found.document().planId())).toList();
        }
        long time = PluginTime.of(clock);
        return KINDS.stream().map(kind -> plugins.accounts().get().planId(kind, organizationId, resourceType, planName, time)
                .map(answer -> id(Plugin.ACCOUNTS, "the id of a " + kind.id() + " plan", answer))).toList();
    }

    /**
     * The type of a resource: its own id, unless another one was set.
     *
     * @throws Problem 404 {@code resource_not_found} and 503 {@code provisioning_unavailable} where a plugin says which
     */
    public String type(String resourceId) {
        return knownType(resourceId).orElseThrow(() -> Problem.of(404, "resource_not_found", "There is no resource " + resourceId)
                .with(ERROR, NO_TYPE));
    }

    /** The same; empty where a plugin knows no such resource. */
    Optional<String> knownType(String resourceId) {
        if (plugins.provisioning().isEmpty()) {
            return Optional.of(store.read(CatalogKey.resource(resourceId)).map(read -> read.document().type()).orElse(resourceId));
        }
        Optional<String> known = resolutions.types().get(resourceId);
        if (known.isPresent()) {
            return known;
        }
        Optional<String> type = plugins.provisioning().get().type(resourceId)
                .map(answer -> id(Plugin.PROVISIONING, "the type of the resource " + Members.shown(resourceId), answer));
        type.ifPresent(read -> resolutions.types().put(resolutions.types().generation(), resourceId, read));
        return type;
    }

    private static String id(Plugin plugin, String what, JsonNode answer) {
        if (!answer.isString()) {
            throw plugin.unusable(what, "must be a string");
        }
        try {
            Members.checkIdOrThrow("", answer.stringValue());
        } catch (Problem problem) {
            throw plugin.unusable(what, problem.violations().get(0).reason());
        }
        return answer.stringValue();
    }

    /**
     * Sets the type of a resource.
     *
     * @param type a JSON string
     * @throws Problem 400 {@code invalid} when it is none, or too long; 501 {@code kept_by_plugin}
     */
    public void setType(String resourceId, JsonNode type) {
        if (plugins.provisioning().isPresent()) {
            throw Plugin.PROVISIONING.keeps("Types of resources");
        }
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
     * @throws Problem 404 {@code resource_not_found}, {@code mapping_not_found} or {@code plan_not_found}
     */
    public void validate(String organizationId, String resourceId, String planName) {
        String type = type(resourceId);
        String planId = planIds(organizationId, type, planName).get(PlanKind.METERING.ordinal())
                .orElseThrow(() -> Problem.of(404, "mapping_not_found",
                        "The plan " + planName + " of " + type + " has no metering plan").with(ERROR, "Mapping not found."));
        if (plans.find(PlanKind.METERING, planId).isEmpty()) {
            throw Plans.missing(PlanKind.METERING, planId);
        }
    }
}
