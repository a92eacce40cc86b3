package io.quipu.aggregator.domain;

import io.quipu.common.stage.Watermark;
import io.quipu.common.totals.OrganizationLevels;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** An organization's levels while a batch is folded in them. Confined to one attempt. */
final class OpenOrganizationLevels extends OpenDocument {

    private final String organizationId;
    private final OpenLevels levels;
    private final OpenTariffs tariffs;
    private final SortedMap<String, OpenLevels> spaces = new TreeMap<>();

    OpenOrganizationLevels(String organizationId, Optional<OrganizationLevels> before) {
        super(Phase.ORGANIZATION_LEVELS, before.map(OrganizationLevels::watermark).orElse(Watermark.NONE));
        this.organizationId = organizationId;
        this.levels = before.map(document -> OpenLevels.of(document.plans())).orElseGet(OpenLevels::new);
        this.tariffs = before.map(document -> OpenTariffs.of(document.plans())).orElseGet(OpenTariffs::new);
        before.ifPresent(document -> {
            if (!document.organizationId().equals(organizationId)) {
                throw new IllegalStateException("another document has the key of the levels of " + organizationId);
            }
            document.spaces().forEach(space -> spaces.put(space.spaceId(), OpenLevels.of(space.plans())));
        });
    }

    /** How many metrics of plans the document holds, over the organization and its spaces; one that has tariffs counts for them, too. */
    int entries() {
        return levels.size() + tariffs.size() + spaces.values().stream().mapToInt(OpenLevels::size).sum();
    }

    /** How many metrics changes in that space would add: 0 to 3 each. */
    int added(String spaceId, LevelEffects changes) {
        return levels.missing(changes) + tariffs.missing(changes) + space(spaceId).missing(changes);
    }

    @Override
    void fold(UsageEffects effects, Optional<RatedChanges> rated) {
        String spaceId = effects.usage().origin().spaceId();
        levels.add(effects.levels());
        tariffs.add(effects.levels());
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
                tariffs.sealed(levels.sealed()), sealedSpaces);
    }
}
