"""Who may open what: one line for each verb of each route. A new route needs its lines here, and ``test_authorisation`` says so.

``anybody``: the public, too. ``anybody_in``: whoever has signed in, also without a second step. ``signed_in``: whoever has done both.
Otherwise actions of ``people.roles``, joined with ``|``; ``+again`` asks once more who is there (``people.step_up``, allauth).
"""

TABLE = """
notice:front                       get     anybody
notice:away                        get     anybody
notice:wkd_policy                  get     anybody
notice:wkd_key                     get     anybody
notice:wkd_policy_of               get     anybody
notice:wkd_key_of                  get     anybody
write:write                        get     anybody
write:write                        post    anybody
write:kept                         post    anybody
write:code                         get     anybody
write:code                         post    anybody
write:more                         post    anybody
write:talk                         post    anybody
write:end                          post    anybody
write:file                         post    anybody
write:sealed_message               post    anybody
write:sealed_thread                post    anybody
write:sealed_more                  post    anybody
write:sealed_talk                  post    anybody
write:sealed_end                   post    anybody
write:sealed_file                  post    anybody
people:invitation                  get     anybody
people:invitation                  post    anybody
people:ready                       get     anybody_in
people:keys                        get     anybody_in
people:passphrase                  get     signed_in
people:passphrase                  post    signed_in
people:derivation                  post    anybody
people:upgrade                     post    anybody_in
people:ways                        get     signed_in+again
people:ways                        post    signed_in+again
people:remove_way                  post    signed_in+again
people:own_phone                   post    signed_in
people:end_other_sessions          post    signed_in
people:end_session                 post    signed_in
people:people                      get     read|people
people:people                      post    people
people:team_key                    post    renew
people:kit                         get     people
people:kit                         post    people+again
people:kit_wraps                   post    people
people:kit_drill                   post    people
people:colleague                   get     people
people:colleague                   post    people
people:link                        post    people
people:access                      post    people
people:grant                       post    read
account_login                      get     anybody
account_login                      post    anybody
account_logout                     post    anybody
account_inactive                   get     anybody
account_reauthenticate             get     anybody_in
account_reauthenticate             post    anybody_in
mfa_authenticate                   get     signed_in
mfa_authenticate                   post    signed_in
mfa_reauthenticate                 get     signed_in+again
mfa_reauthenticate                 post    signed_in+again
mfa_login_webauthn                 get     signed_in
mfa_login_webauthn                 post    signed_in
mfa_reauthenticate_webauthn        get     signed_in+again
mfa_reauthenticate_webauthn        post    signed_in+again
mfa_index                          get     anybody_in
mfa_activate_totp                  get     anybody_in+again
mfa_activate_totp                  post    anybody_in+again
mfa_deactivate_totp                get     signed_in
mfa_deactivate_totp                post    signed_in
mfa_view_recovery_codes            get     anybody_in
mfa_generate_recovery_codes        get     signed_in+again
mfa_generate_recovery_codes        post    signed_in+again
mfa_list_webauthn                  get     signed_in
mfa_add_webauthn                   get     anybody_in+again
mfa_add_webauthn                   post    anybody_in+again
mfa_remove_webauthn                get     signed_in+again
mfa_remove_webauthn                post    signed_in+again
console                            get     answer
now                                get     answer
waiting                            get     answer
mine                               get     answer
colleagues                         get     answer
duty                               post    answer
duty                               delete  answer
rest                               post    answer
rest                               delete  answer
duty_of                            delete  rota
hand                               post    answer
hand                               delete  answer
hand_of                            delete  board
accept                             post    answer
decline                            post    answer
contact                            get     answer
contact_head                       get     answer
conversation                       get     answer
case                               get     answer
claim                              post    answer
claim                              delete  answer
call                               delete  answer
leg                                post    answer
leg                                delete  answer
risk                               post    answer
recording                          post    answer
recording                          delete  answer
mark                               post    answer
mark                               delete  answer
safe_ending                        delete  answer
wrap_up                            post    answer
callback                           delete  answer
resealing                          get     read
resealing                          post    read
draft                              get     answer
draft                              put     answer
draft                              delete  answer
entries                            post    answer
recipients                         get     answer
going_out                          get     answer
clear_replies                      post    board
clear_replies                      delete  board
entry                              get     read
shifts                             get     answer
shifts                             post    rota
shift                              delete  rota
board                              get     board
board_figures                      get     board
attempts                           get     board
prompts                            get     answer
prompt                             get     answer
prompt                             put     line
prompt                             delete  line
prompt_review                      post    line
line                               get     line
line                               post    line
line_addresses                     post    line
line_address                       delete  line
setup                              get     line
setup                              post    line
setup_later                        post    line
setup_line                         get     line
setup_line                         post    line
setup_addresses                    get     line
setup_addresses                    post    line
setup_tried                        get     line
line_cover                         post    line
health                             get     answer
health_parts                       get     answer
health_json                        get     anybody
"""

# Beyond the action: a page lets in those alone who also hold something that the table cannot know.
FURTHER = {"people:team_key": "whoever can open the present team key"}

# Streams and sockets beside the pages: what somebody may who hears anything there beyond what is theirs alone.
ENDPOINTS = {
    "/live/desk": "answer",
    "/live/thread": "anybody",  # by a ticket that names one thread
    "/live/audio": "answer",  # by a token that names one call
}
