package io.quipu.accumulator;

import java.util.List;

/**
 * Some instances of a resource in an organization that may run: at least those whose timelines are not at rest.
 *
 * @param version the format, {@link #VERSION}
 * @param organizationId the organization
 * @param resourceId the resource
 * @param page its number
 * @param swept how many members were left when those at rest last had to leave
 * @param members the instances
 */
record RunningPageDocument(int version, String organizationId, String resourceId, int page, int swept,
        List<Member> members) {

    /** The format that this release writes; a newer one is refused. */
    static final int VERSION = 1;

    /** Copies the list; refuses a format of a newer release. */
    RunningPageDocument {
        if (version > VERSION) {
            throw new IllegalStateException("page of what runs has format " + version + ", this release knows " + VERSION);
        }
        members = List.copyOf(members);
    }

    /**
     * An instance, by the key of its timeline: that has few bytes however long ids are, so that no page outgrows a document.
     *
     * @param timeline the key of its timeline's document
     * @param position of the usage that put it there last: until its timeline has come that far, it must not leave
     */
    record Member(String timeline, long position) {
    }
}
