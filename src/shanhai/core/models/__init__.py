"""The nouns that every field points to."""

from shanhai.core.models.access import ApiToken, RoleGrant
from shanhai.core.models.channels import Robot, Sending, Telling
from shanhai.core.models.document import Attachment, Blob, Document
from shanhai.core.models.exchange import Stay, StayAppraisal, StayTask
from shanhai.core.models.figures import RuleRow, WorkdayNotice
from shanhai.core.models.journal import JournalEntry, JournalLeaf, JournalSecret, Receipt, Seal
from shanhai.core.models.ladder import Climb, ClimbStep
from shanhai.core.models.links import PhoneLink
from shanhai.core.models.member import Deputy, Member, User
from shanhai.core.models.notes import Mention, Note
from shanhai.core.models.organisation import Organisation, Unit
from shanhai.core.models.pairing import Pairing, Party, Seat
from shanhai.core.models.printing import FileMark, FileNumber, FileSeries, Print, SignedCopy
from shanhai.core.models.region import Region, RegionChange
from shanhai.core.models.search import SearchEntry, SearchSound
from shanhai.core.models.sheet import Batch, ColumnMapping, Import, ImportRow
from shanhai.core.models.system import Draft, Installation, RepeatedCall, SharedCount, Sweep, TaskRun
from shanhai.core.models.visibility import Seen, Share
from shanhai.core.models.work import NO_DAY, Notice, NoticeFact, Watch, WorkItem

__all__ = [
    "NO_DAY",
    "ApiToken",
    "Attachment",
    "Batch",
    "Blob",
    "Climb",
    "ClimbStep",
    "ColumnMapping",
    "Deputy",
    "Document",
    "Draft",
    "FileMark",
    "FileNumber",
    "FileSeries",
    "Import",
    "ImportRow",
    "Installation",
    "JournalEntry",
    "JournalLeaf",
    "JournalSecret",
    "Member",
    "Mention",
    "Note",
    "Notice",
    "NoticeFact",
    "Organisation",
    "Pairing",
    "Party",
    "PhoneLink",
    "Print",
    "Receipt",
    "Region",
    "RegionChange",
    "RepeatedCall",
    "Robot",
    "RoleGrant",
    "RuleRow",
    "Seal",
    "SearchEntry",
    "SearchSound",
    "Seat",
    "Seen",
    "Sending",
    "Share",
    "SharedCount",
    "SignedCopy",
    "Stay",
    "StayAppraisal",
    "StayTask",
    "Sweep",
    "TaskRun",
    "Telling",
    "Unit",
    "User",
    "Watch",
    "WorkItem",
    "WorkdayNotice",
]
