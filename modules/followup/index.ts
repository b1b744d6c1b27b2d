export { addSuggestion, addSuggestionInput } from './addSuggestion.ts'
export { assignSupervisor, assignSupervisorInput } from './assignSupervisor.ts'
export { cancelFollowup, cancelFollowupInput } from './cancelFollowup.ts'
export { changeSuggestion, changeSuggestionInput } from './changeSuggestion.ts'
export {
  exportFollowups,
  exportFollowupsInput,
  exportSuggestions,
  exportSuggestionsInput,
  exportSupervisions,
  exportSupervisionsInput,
} from './exportLists.ts'
export { type EvaluationForm, evaluationForm, type FormItem, type SupervisionForm, supervisionForm, type VisitForm, visitForm } from './forms.ts'
export { correctFollowup, correctFollowupInput } from './correctFollowup.ts'
export { type Correction } from './corrections.ts'
export { giveOpinion, giveOpinionInput } from './giveOpinion.ts'
export { holdMeeting, holdMeetingInput } from './holdMeeting.ts'
export { followupJobs } from './jobs.ts'
export { type Indicator, indicatorQuery, indicators, type IndicatorSeries, indicatorsOf } from './indicators.ts'
export { exportIndicators, exportIndicatorsInput, indicatorsTemplate } from './exportIndicators.ts'
export { firstYear } from './indicatorFigure.ts'
export { importIndicators, importIndicatorsInput } from './importIndicators.ts'
export { importStory } from './importStory.ts'
export { type IndicatorValue, listIndicators, listIndicatorsInput } from './listIndicators.ts'
export { listMeetings, listMeetingsInput, type Meeting, type NextMeeting, nextMeetings } from './meetings.ts'
export { type Asked, myEvaluation, myEvaluations, type Opinions, opinionsOf } from './opinions.ts'
export { planFollowups, planFollowupsInput } from './planFollowups.ts'
export { type IndicatorLine, type IndicatorsPreview, previewIndicators, previewIndicatorsInput } from './previewIndicators.ts'
export { type IndicatorProblem, mostIndicatorBytes } from './readIndicators.ts'
export { uploadIndicators, uploadIndicatorsInput } from './uploadIndicators.ts'
export { mayAddSuggestion, mayChangeSuggestion, mayCorrectVisit, mayDirect, mayRecordVisit, maySeeFollowup, maySupervise } from './policy.ts'
export { recordFollowup, recordFollowupInput, visitShape } from './recordFollowup.ts'
export { recordSupervision, recordSupervisionInput } from './recordSupervision.ts'
export {
  daysAfter,
  enoughOpinions,
  inTime,
  type ItemResult,
  type MeetingKind,
  meetingKinds,
  meetingPlans,
  nextSupervisionOn,
  shareInTime,
  shownDays,
  sources,
  suggestionStates,
  visitState,
  visitStates,
  window,
  windowAfter,
} from './rules.ts'
export { type Colleague, type OwnCentre, ownCentres, staffOf } from './staff.ts'
export { complaintsBy, type ComplaintRow, listSuggestions, listSuggestionsInput, type Suggestion, suggestionFigures } from './suggestions.ts'
export { listSupervised, listSupervisedInput, type Supervised, supervisionOf, type SupervisionView } from './supervisions.ts'
export { type Unplanned, unplannedCohorts } from './unplanned.ts'
export { type Observed, readObserved } from './observed.ts'
export { followupOf, myFollowups, type VisitView } from './visitOf.ts'
export {
  listFollowups,
  listFollowupsInput,
  type VisitCut,
  visitCuts,
  visitFigures,
  type VisitItem,
  type VisitRow,
  visitsBy,
  visitSorts,
} from './visits.ts'
export { exportTrained, exportTrainedInput } from './exportTrained.ts'
export { posts, type Trained, trainedInPost, trainedInPostInput } from './trainedInPost.ts'
