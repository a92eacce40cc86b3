package io.quipu.acceptance.chaos;

import java.util.List;

/**
 * An organization of the run.
 *
 * @param id its id
 * @param account the account that pays for it; null for the default one
 * @param country whose prices apply
 */
record Organization(String id, String account, String country) {

    /** All of them. One has an id that has to be encoded wherever it stands in a path. */
    static final List<Organization> ALL = List.of(
            new Organization("amber", null, "USA"),
            new Organization("birch", null, "USA"),
            new Organization("coral/reef ä", null, "USA"),
            new Organization("dune", null, "USA"),
            new Organization("ember", "chaos-europe", "EUR"),
            new Organization("fjord", "chaos-europe", "EUR"),
            new Organization("grove", "chaos-canada", "CAN"),
            new Organization("us-south:a3d7fe4d-3cb1-4cc3-a831-ffe98e20cf27", "chaos-canada", "CAN"));
}
