package io.quipu.aggregator.domain;

import io.quipu.common.stage.Watermark;
import io.quipu.common.totals.OrganizationLevels;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** An organization's levels while a batch is folded in them. Confined to one attempt. */
final class OpenOrganizationLevels extends OpenDocument {

    private final String organizationId;
    private final OpenLevels levels;
    private final SortedMap<String, OpenLevels> spaces = new TreeMap<>();

    OpenOrganizationLevels(String organizationId, Optional<OrganizationLevels> before) {
        super(Phase.ORGANIZATION_LEVELS, before.map(OrganizationLevels::watermark).orElse(Watermark.NONE));
        this.organizationId = organizationId;
        this.levels = before.map(document -> OpenLevels.of(document.plans())).orElseGet(OpenLevels::new);
        before.ifPresent(document -> {
            if (!document.organizationId().equals(organizationId)) {
                throw new IllegalStateException("another document has the key of the levels of " + organizationId);
            }
            document.spaces().forEach(space -> spaces.put(space.spaceId(), OpenLevels.of(space.plans())));
        });
    }

    /** How many plan levels the document holds, over the organization and its spaces. */
    int entries() {
        return levels.size() + spaces.values().stream().mapToInt(OpenLevels::size).sum();
    }

    /** How many plan levels changes in that space under those plans would add: 0 to 2 a plan. */
    int added(String spaceId, Set<PlanKey> plans) {
        return levels.missing(plans) + space(spaceId).missing(plans);
    }

    @Override
    void fold(UsageEffects effects, Optional<RatedChanges> rated) {
        String spaceId = effects.usage().origin().spaceId();
        levels.add(effects.levels());
        OpenLevels space = space(spaceId);
        space.add(effects.levels());
        if (space.size() == 0) {
            spaces.remove(spaceId);
        } else {
            spaces.put(spaceId, space);
        }
    }

    @Override
    void checkBounds(UsageEffects effects) {
        levels.checkBounds(effects.levels());
        space(effects.usage().origin().spaceId()).checkBounds(effects.levels());
    }

    private OpenLevels space(String spaceId) {
        return spaces.getOrDefault(spaceId, new OpenLevels());
    }

    @Override
    String name() {
        return "levels";
    }

    OrganizationLevels sealed(long cursor) {
        List<OrganizationLevels.SpaceLevels> sealedSpaces = spaces.entrySet().stream()
                .map(space -> new OrganizationLevels.SpaceLevels(space.getKey(), space.getValue().sealed())).toList();
        return new OrganizationLevels(OrganizationLevels.VERSION, organizationId, watermark().pruned(cursor),
                levels.sealed(), sealedSpaces);
    }
}
